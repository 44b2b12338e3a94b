"""What routes are handed."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from pentimento.api.access import Access
from pentimento.api.services import Services


def _services(request: Request) -> Services:
    return request.app.state.services


def _access(request: Request) -> Access:
    return request.app.state.access


def _user(request: Request) -> str:
    """Who asks; "" where nobody needs to say so."""
    return request.state.user


ServicesDep: TypeAlias = Annotated[Services, Depends(_services)]
AccessDep: TypeAlias = Annotated[Access, Depends(_access)]
UserDep: TypeAlias = Annotated[str, Depends(_user)]
