"""A fixed conversation with a target, written down so that two targets can be compared.

Random UUIDs and the time of day are replaced by placeholders; everything else stays.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote

from door_transcript import OWN, at_the_doors
from door_transcript import VARIABLES as TEAM_VARIABLES
from flask.testing import FlaskClient
from language_transcript import CONDITIONS, FOUND, ORDERS, PAGED, SELECTIONS
from life_transcript import at_once, hidden_lives, two_teams, written_bodies

from specproof.target.credentials import demo_secret

VARIABLES = "/2.0/teams/acme/pipelines_config/variables"
SEARCH = "/2.0/teams/acme/search/code"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOW = re.compile(r"20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT[0-9:.]+(?:\+00:00)")
GIVEN = "{11111111-2222-4333-8444-555555555555}"
ALSO_GIVEN = "{99999999-2222-4333-8444-555555555555}"
AWKWARD = (
    "",
    "  spaces  around  ",
    "CR LF\r\nand\ttab\n",
    "e\u0301 combining",
    "\U0001f30a beyond",
    '<b>"quoted"</b> & more',
    "007",
    "7",
    "true",
    "\u201c\u03bf\u03c2\u201d \\\\ \u2764\ufe0f",
    "\ufeff a mark at the start",
    "${HOME} and a backslash \\n",
    "UPPER",
    "a\u0001b\u007fc\u0085d\u2028e",
    "x" * 255,
    "long " * 819 + ".",
    "\u00e9" * 4_096,
)


class Transcript:
    """Says the same things in the same order to any target, and remembers the answers."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._names = {GIVEN.strip("{}"): "<given>", ALSO_GIVEN.strip("{}"): "<also given>"}
        self.lines: list[str] = []
        secret = demo_secret("acme-admin")
        self._admin = {"Authorization": "Basic " + base64.b64encode(f"ada:{secret}".encode()).decode()}

    def run(self) -> list[str]:
        """Hold the conversation and return it."""
        self.pages()
        self.odd_pages()
        self.searches()
        self.values()
        self.life()
        self.histories()
        self.refusals()
        self.secrets()
        self.languages()
        self.strangers()
        self.doors()
        self.browsers()
        self.forms()
        hidden_lives(self.say, VARIABLES)
        two_teams(self.say, VARIABLES)
        written_bodies(self.say, VARIABLES)
        at_once(self.say, self._client, VARIABLES, self._admin)
        return self.lines

    def say(self, method: str, path: str, document: object = None, **options: Any) -> Any:
        """Send one request and write down what came back."""
        headers = {**self._admin, **options.pop("headers", {})}
        if document is not None:
            options |= {"data": json.dumps(document), "content_type": "application/json"}
        answer = self._client.open(path, method=method, headers=headers, **options)
        text = (
            f"{method} {path} {answer.status_code} {sorted(answer.headers.items())} {answer.get_data(True)}"
        )
        text = NOW.sub("<now>", text)
        self.lines.append(
            UUID.sub(lambda found: self._names.setdefault(found[0], f"<{len(self._names)}>"), text)
        )
        return answer

    def pages(self) -> None:
        """Walk both collections."""
        for path in (f"{VARIABLES}?x=1", f"{SEARCH}?search_query=parser"):
            for number in range(1, 7):
                self.say("GET", f"{path}&page={number}")
                self.say("GET", f"{path}&page={number}&pagelen=3")
            for length in (1, 2, 11, 17, 34, 37, 50, 100, 101, 1000):
                self.say("GET", f"{path}&pagelen={length}")

    def odd_pages(self) -> None:
        """Ask for pages and searches that are not there."""
        for path in (f"{VARIABLES}?x=1", f"{SEARCH}?search_query=parser"):
            for text in ("0", "-1", "1.5", "x", "", str(2**31), str(2**63 - 1), str(10**30)):
                self.say("GET", f"{path}&page={text}")
                self.say("GET", f"{path}&pagelen={text}")
        queries = ('"open file"', '"', "", "NOT x", "zzzz", "repo:ledger")
        for query in queries:
            self.say("GET", f"{SEARCH}?search_query={quote(query)}")
        self.say("GET", SEARCH)
        self.say("GET", "/2.0/teams/fallow/pipelines_config/variables")

    def searches(self) -> None:
        """Ask in every way that the query language has."""
        queries = (
            "parser line", "parser parser", "line OR parser", "parser oncall", "line parser",
            "parser NOT line", "parser NOT ext:md", "parser -ext:md",
            "parser ext:md NOT line", "parser -line", 'parser NOT "turns a"', "parser NOT oncall",
            "parser (line OR error)", "parser NOT (line OR error)", '"line parser"', '"parser turns"',
            '"der Küste"', "Büro", "environment", "parser ext:d", "parser path:docs", "parser ext:md",
            "parser repo:nowhere", "parser lang:go", "parser project:core", "parser repo:handbook", "PARSER",
            "BÜRO", '"PARSER TURNS"', "(parser", "parser AND", "timeout", "socket", "retrospective", "limit",
            "readme", "servers", "import", "short", "done", "parser line oncall",
            "parser (line OR (error))", 'parser -"turns a"',
        )  # fmt: skip
        for query in queries:
            for page in (1, 2):
                self.say("GET", f"{SEARCH}?search_query={quote(query)}&page={page}")

    def forms(self) -> None:
        """Create from forms, and with a token that stands in one."""
        form = "application/x-www-form-urlencoded"
        text = "key=FROM_A_FORM&value=a+plus%0Aand+a+line&secured=false"
        self.say("POST", VARIABLES, data=text, content_type=form)
        self.say("POST", VARIABLES, data="key=SECRET_FORM&value=v&secured=true", content_type=form)
        nobody = {"Authorization": ""}
        for name in ("acme-workspace-token", "acme-push-token", "acme-expired-token"):
            signed = f"key=SIGNED_FORM&value=v&access_token={quote(demo_secret(name))}"
            self.say("POST", VARIABLES, data=signed, content_type=form, headers=nobody)
            answer = self._client.open(VARIABLES, method="POST", data=signed, content_type=form)
            self.lines.append(f"POST {answer.status_code}")

    def browsers(self) -> None:
        """Ask as tools and browsers do: HEAD, OPTIONS, preflights, other origins, odd addresses."""
        nobody = {"Authorization": ""}
        origin = {"Origin": "https://page.example"}
        asked = {**origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "etag"}
        absent = "/2.0/teams/nobody/search/code"
        for path in (VARIABLES, f"{SEARCH}?search_query=parser", absent, "/2.0/nothing"):
            self.say("HEAD", path)
            self.say("HEAD", path, headers=nobody)
            self.say("OPTIONS", path)
            self.say("OPTIONS", path, headers=asked)
            answer = self._client.options(path, headers=asked)
            self.lines.append(f"OPTIONS without credentials {answer.status_code} {answer.headers}")
            self.say("GET", path, headers=origin)
            self.say("GET", path, headers={"Origin": "http://page.example"})
        self.say("GET", f"{SEARCH}?search_query=parser&x={'x' * 9_000}")
        more = quote("+values.file.commit,+values.file.commit.repository")
        self.say("GET", f"{SEARCH}?search_query=spellings&fields={more}")
        self.say("GET", f"{SEARCH}?search_query=%C3%28")
        self.say("GET", f"{SEARCH}?search_query=parser OR timeout")

    def create(self, document: dict[str, object]) -> str | None:
        """Make a variable, follow its Location, and return its path."""
        answer = self.say("POST", VARIABLES, document)
        if answer.status_code >= 300:
            return None
        body = answer.get_json(silent=True) or {}
        self.say("GET", answer.headers.get("Location", "/missing"))
        path = f"{VARIABLES}/{body.get('uuid', '')}"
        self.say("GET", path)
        return path

    def values(self) -> None:
        """Store values and keys that servers tend to damage."""
        for number, value in enumerate(AWKWARD):
            self.create({"key": f"VALUE {number}", "value": value})
        for key in ("lower", " led ", "k" * 255, "deploy_region"):
            self.create({"key": key, "value": "v"})
        self.say("GET", f"{VARIABLES}?pagelen=100")

    def life(self) -> None:
        """Change and remove variables, looking at the neighbours."""
        paths = [
            self.create({"key": key, "value": key}) or "" for key in ("ONE OF 3", "TWO OF 3", "THREE OF 3")
        ]
        self.create({"key": "TWO OF 3, LONGER", "value": "v"})
        changes: tuple[dict[str, object], ...] = (
            {"value": "new"},
            {"key": "RENAMED"},
            {},
            {"value": 5},
            {"key": "ONE OF 3"},
            {"uuid": GIVEN, "value": "newer"},
            {"value": "newest", "note": "not declared"},
        )
        for change in changes:
            self.say("PUT", paths[2], change)
            for path in paths:
                self.say("GET", path)
        for _ in range(2):
            self.say("DELETE", paths[1])
            for path in paths:
                self.say("GET", path)
        self.say("GET", f"{VARIABLES}?pagelen=100")
        self.create({"key": "ONE OF 3", "value": "again"})
        self.create({"key": "GIVEN", "value": "v", "uuid": ALSO_GIVEN})
        self.say("PUT", paths[1], {"key": "REVIVED", "value": "v"})
        for number in range(6):
            self.say("POST", VARIABLES, {"key": f"ROW {number}", "value": "v"})
        self.say("GET", f"{VARIABLES}?pagelen=100")
        self.create({"key": "NOTED", "value": "v", "note": "not declared"})

    def histories(self) -> None:
        """Create, change and remove one after the other, without looking in between."""
        for _ in range(2):
            self.say("POST", VARIABLES, {"key": "SAME", "value": "same"})
        made = self.say("POST", VARIABLES, {"key": "FLEETING", "value": "first"}).get_json(silent=True) or {}
        path = f"{VARIABLES}/{made.get('uuid', '')}"
        for change in ({"value": "second"}, {"key": "FLEETING 2"}, {"value": "third"}):
            self.say("PUT", path, change)
        self.say("GET", path)
        self.say("DELETE", path)
        self.create({"key": "FLEETING 2", "value": "fourth"})
        self.say("GET", path)

    def refusals(self) -> None:
        """Send what must be refused."""
        good: dict[str, object] = {"key": "REFUSED", "value": "v"}
        bad: tuple[dict[str, object], ...] = (
            {"value": "v"},
            {"key": "NO VALUE"},
            {"key": "", "value": "v"},
            {"key": "k" * 256, "value": "v"},
            {"key": "LONG", "value": "v" * 4_097},
            {"key": "NUMBER", "value": 5},
            {"key": "NULL", "value": None},
            {"key": "OBJECT", "value": {}},
            {"key": 5, "value": "v"},
            {"key": "SECURED TEXT", "value": "v", "secured": "yes"},
            {"key": "SECURED TRUE", "value": "v", "secured": "true"},
            {"key": "SECURED NUMBER", "value": "v", "secured": 1},
            {"key": "TYPE", "value": "v", "type": "other"},
        )
        for document in bad:
            self.say("POST", VARIABLES, document)
        self.say("POST", VARIABLES, [good])
        self.say("POST", VARIABLES, data="{", content_type="application/json")
        for media_type in ("text/plain", "application/xml"):
            document = json.dumps(good | {"key": media_type})
            self.say("POST", VARIABLES, data=document, content_type=media_type)
        for method in ("PATCH", "TRACE", "DELETE"):
            self.say(method, VARIABLES)
        self.say("GET", "/2.0/nothing")
        self.say("GET", f"{VARIABLES}/%00")

    def secrets(self) -> None:
        """Try to see a secret."""
        document: dict[str, object] = {"key": "SECRET", "value": "hush-7c1f-hush", "secured": True}
        path = self.create(document) or ""
        self.say("GET", f"{VARIABLES}?pagelen=100")
        for change in (
            {"value": "hush-8d20-hush"},
            {"value": "hüsh" * 100},
            {"secured": False},
            {"key": "RENAMED SECRET"},
        ):
            self.say("PUT", path, change)
            self.say("GET", path)
        self.say("POST", VARIABLES, document | {"key": "RENAMED SECRET"})
        long = self.create(document | {"key": "LONG SECRET", "value": "hush-7c1f-hush" * 9}) or ""
        self.say("GET", long.replace("/acme/", f"/{OWN}/"))
        self.say("GET", long, headers={"Authorization": f"Bearer {demo_secret('acme-workspace-token')}"})
        other = self.create({"key": "NO SECRET", "value": "v"}) or ""
        self.say("PUT", other, {"key": "LONG SECRET"})
        self.say("DELETE", long)
        self.create({"key": "LONG SECRET", "value": "v"})

    def languages(self) -> None:
        """Ask in every query language, alone, together and over several pages."""
        document: dict[str, object] = {"key": "HUSH", "value": "hush-7c1f-hush", "secured": True}
        self.create(document)
        for name, texts in (("fields", SELECTIONS), ("sort", ORDERS), ("q", CONDITIONS)):
            for text in texts:
                self.say("GET", f"{VARIABLES}?pagelen=100&{name}={quote(text, safe='')}")
        for text in PAGED:
            for rest in ("", "&page=2", "&sort=-key", "&fields=values.uuid"):
                self.say("GET", f"{VARIABLES}?q={quote(text, safe='')}{rest}")
        for number in (1, 2):
            for rest in ("fields=next,values.uuid", "sort=secured", "sort=key"):
                self.say("GET", f"{VARIABLES}?page={number}&{rest}")
            for text in ("next,values.file.path", "-values.file", "%2Bvalues.file.commit.repository"):
                self.say("GET", f"{SEARCH}?search_query=parser&fields={text}&page={number}")
            self.say("GET", f"{VARIABLES}/nothing?fields=uuid")
        for text in FOUND:
            self.say("GET", f"{SEARCH}?search_query=parser&fields={quote(text, safe='')}")

    def strangers(self) -> None:
        """Come without credentials, and with wrong ones."""
        nobody = {"Authorization": "Basic " + base64.b64encode(b"ada:wrong").decode()}
        path = json.loads(self.say("GET", VARIABLES).get_data() or "{}")
        item = next(iter(path.get("values") or [{}])).get("uuid", "") if "values" in path else ""
        for method, address in (
            ("GET", VARIABLES),
            ("GET", f"{VARIABLES}/{item}"),
            ("GET", f"{SEARCH}?search_query=parser"),
            ("GET", f"{SEARCH}?search_query=parser&page=2"),
            ("POST", VARIABLES),
            ("DELETE", f"{VARIABLES}/{item}"),
        ):
            self.say(method, address, headers=nobody)
            answer = self._client.open(address, method=method)
            self.lines.append(f"{method} without credentials {answer.status_code} {answer.get_data()!r}")

    def doors(self) -> None:
        """Come with credentials of every kind, to what is one's own and to what is not."""
        ids = []
        for team, user, name in (("acme", "ada", "acme-admin"), ("rival", "rita", "rival-admin")):
            pair = base64.b64encode(f"{user}:{demo_secret(name)}".encode()).decode()
            answer = self._client.get(
                f"{TEAM_VARIABLES.format(team)}?pagelen=100", headers={"Authorization": f"Basic {pair}"}
            )
            values = (answer.get_json(silent=True) or {}).get("values") or [{}]
            ids.append([quote(str(value.get("uuid", "")), safe="") for value in values])
        for method, path, document, authorization in at_the_doors(ids[0], ids[1][0]):
            headers = {"Authorization": authorization} if authorization else {"X-Nobody": "1"}
            if authorization:
                self.say(method, path, document, headers=headers)
            else:
                answer = self._client.open(path, method=method, json=document)
                self.lines.append(f"{method} {answer.status_code}")
