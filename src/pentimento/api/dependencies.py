"""What routes are handed. None of it waits, so none takes a thread."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from pentimento.api.access import Access
from pentimento.api.services import Services


async def _services(request: Request) -> Services:
    return request.app.state.services


async def _access(request: Request) -> Access:
    return request.app.state.access


async def _user(request: Request) -> str:
    """Who asks; "" where nobody needs to say so."""
    return request.state.user


ServicesDep: TypeAlias = Annotated[Services, Depends(_services)]
AccessDep: TypeAlias = Annotated[Access, Depends(_access)]
UserDep: TypeAlias = Annotated[str, Depends(_user)]
