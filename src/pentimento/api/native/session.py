"""A browser's session: in with a password, out again."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from pentimento.api.access import COOKIE, LIFE
from pentimento.api.dependencies import AccessDep, UserDep
from pentimento.api.native.values import Value
from pentimento.words.request import Closed

router = APIRouter(prefix="/session", tags=["session"])


class LogIn(Closed):
    """Who wants to come in."""

    name: str = Field(max_length=200, description="as in the server's auth file")
    password: str = Field(max_length=1000, description="the password")


class SessionValue(Value):
    """Who is in."""

    needed: bool = Field(description="a name and a password are needed here")
    user: str = Field(description="who is in; empty for nobody")
    csrf: str = Field(description="for the header X-CSRF-Token of whatever changes something; empty without a session")


@router.get("")
async def get_session(request: Request, access: AccessDep, user: UserDep) -> SessionValue:
    """Who is in, and what has to come along with changes."""
    session = access.session(request.headers)
    return SessionValue(needed=access.passwords is not None, user=user, csrf=session.csrf if session else "")


@router.post("")
def log_in(request: Request, response: Response, access: AccessDep, given: Annotated[LogIn, Body()]) -> SessionValue:
    """Log in: sets a cookie that scripts cannot read and other pages cannot use."""
    value, session = access.log_in(given.name, given.password, request.client.host if request.client else "")
    response.set_cookie(
        COOKIE, value, max_age=int(LIFE), path="/", httponly=True, samesite="strict", secure=access.secure
    )
    return SessionValue(needed=True, user=session.user, csrf=session.csrf)


@router.delete("")
async def log_out(request: Request, response: Response, access: AccessDep) -> SessionValue:
    """Log out."""
    if session := access.session(request.headers):
        access.log_out(session)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=access.secure)
    return SessionValue(needed=access.passwords is not None, user="", csrf="")
