"""What a profile says about its server: where it is, how it is reached, and how it is to be treated.

The descriptions are the text of ``docs/environments.md``; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from specproof.environment.fields import (
    Application,
    FileName,
    Method,
    Name,
    OriginURL,
    ProxyURL,
    Rate,
    ServerURL,
)
from specproof.environment.network import is_loopback

PERIODS_S: Mapping[str, float] = MappingProxyType({"s": 1.0, "min": 60.0, "h": 3600.0})

ANY_PORT = "http://127.0.0.1:0"


class Section(BaseModel):
    """Base of all sections: nothing can be changed, and nothing unknown is let through."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Environment(Section):
    """The deployed server and the rules for treating it."""

    name: Name = Field(description="how reports call it")
    base_url: ServerURL = Field(
        description="absolute http(s) URL that the document's paths are appended to; not needed with `app`"
    )
    app: Application | None = Field(
        default=None,
        description='`"package.module:name"`: a Python application that the run serves on a free port of '
        "loopback",
    )
    interface: Literal["asgi", "wsgi"] | None = Field(
        default=None, description="how `app` is called; absent: found out"
    )
    writes: Literal["forbidden", "allowed"] = Field(
        default="forbidden", description="whether anything but GET, HEAD and OPTIONS may be sent"
    )
    methods: tuple[Method, ...] | None = Field(
        default=None, description="the only methods that may be sent; absent: all that `writes` leaves"
    )
    negative_data: Literal["allowed", "forbidden"] = Field(
        default="allowed",
        description='`"forbidden"`: nothing is sent that the document forbids, be it data, method or '
        "media type",
    )
    exclusive: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="true where nobody else changes the data during the run"
    )
    protected: Annotated[bool, Field(strict=True)] = Field(
        default=False, description='true refuses `writes = "allowed"`: a guard against copy and paste'
    )
    hosts: tuple[OriginURL, ...] = Field(
        default=(),
        description="further servers that links of the API may lead to; they are sent the credentials too",
    )
    max_requests: Annotated[int, Field(strict=True, gt=0)] | None = Field(
        default=None, description="after so many requests the run stops in order; clean-up does not count"
    )
    rate_limit: Rate | None = Field(
        default=None, description='highest rate of requests: `"50/s"`, `"100/min"`, `"1000/h"`'
    )
    concurrency: Annotated[int, Field(strict=True, gt=0, le=64)] = Field(
        default=8, description="most requests under way at the same time"
    )
    stop_at_error_share: Annotated[float, Field(strict=True, gt=0, le=1)] = Field(
        default=0.5,
        description="share of 5xx or no answer in the last 50 above which the run stops, if the service "
        "as a whole fails",
    )
    request_timeout_s: Annotated[float, Field(strict=True, gt=0, le=600)] = Field(
        default=10, description="seconds to wait for an answer, at most 600"
    )
    verify_tls: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="false accepts any certificate"
    )
    ca_file: FileName | None = Field(
        default=None, description="PEM file with the authorities to trust, instead of those of the system"
    )
    client_certificate: FileName | None = Field(
        default=None, description="PEM file that the client shows, for mutual TLS"
    )
    client_key: FileName | None = Field(
        default=None, description="PEM file of its key, where the certificate's file does not hold it"
    )
    proxy: ProxyURL | None = Field(
        default=None,
        description='`"http://proxy.example.com:3128"` or `"none"`; absent: as HTTPS_PROXY, HTTP_PROXY '
        "and NO_PROXY say",
    )

    @model_validator(mode="before")
    @classmethod
    def _place_of_app(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("app") is not None:
            return {"base_url": ANY_PORT, **given}
        return given

    @model_validator(mode="after")
    def _serves(self) -> Environment:
        if self.app is not None and f"{self.base_url}/".partition(f"{ANY_PORT}/")[0]:
            raise ValueError(
                f'app: is served on a free port, so base_url must be "{ANY_PORT}", a path may follow; '
                "remove one of the two"
            )
        if self.interface is not None and self.app is None:
            raise ValueError('interface: says how app is called; add app = "package.module:name"')
        return self

    @model_validator(mode="after")
    def _guard(self) -> Environment:
        if self.protected and self.writes == "allowed":
            raise ValueError('protected = true refuses writes = "allowed"; remove one of the two')
        return self

    @model_validator(mode="after")
    def _agrees(self) -> Environment:
        changing = [method for method in self.methods or () if method not in {"GET", "HEAD", "OPTIONS"}]
        if changing and self.writes == "forbidden":
            raise ValueError(
                f'methods: {changing[0]} may change data and writes = "forbidden"; remove one of the two'
            )
        if self.methods is not None and "GET" not in self.methods:
            raise ValueError("methods: without GET nothing can be looked at; add it")
        if self.client_key is not None and self.client_certificate is None:
            raise ValueError('client_key needs client_certificate; add client_certificate = "…"')
        if self.ca_file is not None and not self.verify_tls:
            raise ValueError("ca_file has no effect with verify_tls = false; remove one of the two")
        return self

    @property
    def rate(self) -> tuple[int, float] | None:
        """The rate limit as ``(requests, period in seconds)``, or ``None``."""
        if self.rate_limit is None:
            return None
        count, _, unit = self.rate_limit.partition("/")
        return int(count), PERIODS_S[unit.strip()]

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")
