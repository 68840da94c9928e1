"""The seeded variables: ordinary ones, and every kind of value that servers tend to damage."""

from __future__ import annotations

Rows = tuple[tuple[str, str, bool], ...]

ACME_VARIABLES: Rows = (  # key, value, secured
    ("DEPLOY_REGION", "eu-north-1", False),
    ("DEPLOY_TOKEN", "tok-5d1f-harbour-6620", True),
    ("BUILD_FLAGS", "--release --jobs 4", False),
    ("EMPTY", "", False),
    ("ONE", "1", False),
    ("GREETING", "Grüße, 世界, Привет", False),
    ("EMOJI", "\U0001f30a\U0001f6a2 high tide \U0001f469\u200d\U0001f680", False),
    ("COMBINING", "Cafe\u0301 A\u030angstro\u0308m", False),
    ("PRECOMPOSED", "Caf\u00e9 \u00c5ngstr\u00f6m", False),
    ("SIGNING_KEY", "-----BEGIN KEY-----\r\nc2VjcmV0LXRpZGU=\r\n-----END KEY-----\r\n", True),
    ("CRLF", "first line\r\nsecond line\r\n", False),
    ("LF", "first line\nsecond line\n", False),
    ("TABS", "\tindented\ttwice", False),
    ("SPACES", "  led and followed by spaces  ", False),
    ("QUOTES", 'it\'s "quoted" and `ticked`', False),
    ("BACKSLASH", "C:\\tide\\new\\table", False),
    ("DB_PASSWORD", "pw-tidewatch-91c4", True),
    ("JSON_VALUE", '{"retries": 3, "hosts": ["a", "b"]}', False),
    ("NUMBER_LIKE", "007", False),
    ("FLOAT_LIKE", "1.10", False),
    ("TRUE_LIKE", "true", False),
    ("NULL_LIKE", "null", False),
    ("MARKUP", "<b>bold</b> &amp; <script>0</script>", False),
    ("PERCENT", "100%25 %7B%7D + %", False),
    ("SMTP_PASSWORD", "pw-mail-3308", True),
    ("URL", "https://tide.example/feed?station=7&unit=m#now", False),
    ("LONG", "tide table " * 372 + "end.", False),
    ("lower_case", "keys differ by case", False),
    ("LOWER_CASE", "and this is the other one", False),
    ("NPM_TOKEN", "npm-7a11-ledger", True),
    ("clé", "a key need not be ASCII", False),
    ("WITH SPACE", "a key may hold spaces", False),
    ("A", "a key of one character", False),
    ("WEBHOOK_SECRET", "hook-0f2e-station", True),
    ("CACHE_PASSWORD", "pw-cache-\u00fc-55", True),
    ("BACKUP_KEY", "bk-19aa-harbour", True),
    ("REPORT_TOKEN", "tok-report-2b7d", True),
)
RIVAL_VARIABLES: Rows = (
    ("RIVAL_REGION", "us-west-2", False),
    ("RIVAL_TOKEN", "tok-rival-8c21", True),
    ("BUILD_FLAGS", "--fast", False),
    ("RIVAL_NOTE", "nothing of this is for acme", False),
    ("RIVAL_EMPTY", "", False),
)
