"""What the user gave a run to go by, each read when it is first asked for; nothing of it sends a request."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.contract import Contract
from specproof.contract.load import Document, load_document
from specproof.contract.selection import Selection, select
from specproof.environment.load import find_profile, load_profile
from specproof.environment.overrides import read_overrides
from specproof.environment.profile import Profile
from specproof.environment.secrets import Masker
from specproof.errors import OptionError
from specproof.gate.gate import Gate, load_gate
from specproof.generate.examples import Examples, open_examples
from specproof.model.change import Change
from specproof.plugin.options import Options
from specproof.plugin.own_hooks import Hooks
from specproof.serving.process import serving
from specproof.shipped import reference_contract, shipped
from specproof.suite.own import JUDGE, Own
from specproof.suite.setup import read_contract
from specproof.target.process import RunningTarget, launch

_OF_ENVIRONMENT = "environment:"
_TARGET_URL = "SPECPROOF_TARGET_URL"


@dataclass(kw_only=True)
class Given:
    """Document, profile, selection, gate and examples of one process."""

    options: Options
    root: Path  # pytest's root folder
    hooks: Hooks | None = None  # of the user's conftest.py
    own_target: bool = field(default=False, init=False)  # the profile started the embedded target
    _stack: ExitStack = field(default_factory=ExitStack, init=False)

    @cached_property
    def document(self) -> Document:
        """The OpenAPI document, overlays applied."""
        source = self.options.spec or str(self._default_spec())
        if source.startswith(_OF_ENVIRONMENT):  # a URL as the environment's base URL has it (RFC 3986)
            base_url = self.profile.environment.base_url.rstrip("/")
            source = urljoin(f"{base_url}/", source.removeprefix(_OF_ENVIRONMENT))
        return load_document(source, overlays=self.options.overlays, lenient=self.options.lenient)

    @cached_property
    def contract(self) -> Contract:
        """What the document promises."""
        contract = read_contract(self.document)
        judged = self.hooks is not None and self.hooks.has(JUDGE)
        return contract.with_own_checks() if judged else contract

    @cached_property
    def own(self) -> Own:
        """Code of the user's."""
        return self.hooks.own(self.contract.operations) if self.hooks is not None else Own()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the older document, if one was named."""
        if self.options.base is None:
            return ()
        from specproof.contract.diff.compare import compare  # noqa: PLC0415  # most runs compare nothing

        older = load_document(self.options.base, overlays=self.options.overlays)
        return compare(older, self.document, today=datetime.now(UTC).date())

    @cached_property
    def selection(self) -> Selection:
        """The operations that are tested."""
        contract, options = self.contract, self.options
        return select(
            contract.document,
            contract.operations,
            options.wish,
            changes=self.changes,
            changed_only=options.changed_only,
        )

    @cached_property
    def profile(self) -> Profile:
        """The environment's profile; the embedded target, or an application, is started where it says so."""
        folders = [
            self.root / "tests" / "environments",
            self.root / "environments",
            shipped("environments"),
        ]
        path = find_profile(self.options.environment, folders=folders)
        environ = dict(os.environ)
        overrides = read_overrides(self.options.overrides, environ)
        if path.stem == "embedded" and "base_url" in overrides:
            raise OptionError(
                f"{overrides['base_url'].origin}: the embedded target has a URL of its own; "
                "name the environment that is meant with --environment"
            )
        if path.stem == "embedded" and _TARGET_URL not in environ:
            environ |= self._listening().variables
            self.own_target = True
        profile = load_profile(path, environ=environ, overrides=overrides)
        environment = profile.environment
        if environment.app is not None:
            mask = Masker(profile.secrets)
            served = serving(environment.app, environment.interface, source=profile.source, mask=mask)
            profile = profile.served_at(self._stack.enter_context(served))
        return self.hooks.with_credentials(profile) if self.hooks is not None else profile

    def launch_own(self) -> None:
        """Begin to start a target of one's own, where there is to be one: documents are read meanwhile."""
        if self.starts_own:
            _ = self._listening

    @cached_property
    def _listening(self) -> Callable[[], RunningTarget]:
        return self._stack.enter_context(launch(ephemeral=True))

    @cached_property
    def gate(self) -> Gate:
        """What the gate goes by; all of it is read before anything is sent."""
        options = self.options
        return load_gate(
            policy=options.gate_policy,
            waivers=options.waivers,
            older=options.compare_with,
            promises=CATALOGUE,
            folders=self._waiver_folders,
        )

    @cached_property
    def examples(self) -> Examples:
        """What earlier runs found; only a run with a random seed keeps what it finds."""
        return open_examples(self.options.examples_db, writes=self.options.exploring)

    @property
    def starts_own(self) -> bool:
        """Whether each process of the run starts a target of its own."""
        return self.options.environment == "embedded" and _TARGET_URL not in os.environ

    def close(self) -> None:
        """Stop the embedded target."""
        self._stack.close()

    @property
    def _waiver_folders(self) -> list[Path]:
        spec = self.options.spec
        beside = [Path(spec).parent] if spec and Path(spec).is_file() else []
        return [*beside, self.root / "spec"]

    def _default_spec(self) -> Path:
        here = Path(os.path.relpath(self.root / "spec" / reference_contract().name))
        return here if here.is_file() else reference_contract()
