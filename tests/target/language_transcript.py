"""What the conversation with a target asks in its query languages: enough that every fault of them shows."""

SELECTIONS = (
    "values.key", "values.links.self.href,size", "size,values.links.self.href", "values.secured,values.value",
    "size,size", "-values.links.self", "-values.links.*", "-values.links.self.href", "-page", "-values.key",
    "+page", "*", "values.*", "-*,+size", "values,-values.key", "nothing", "values.nothing",
)  # fmt: skip
FOUND = (
    "values.content_matches.lines.line", "values.file.commit", "+values.file.commit", "+page", "*",
    "next,values.file.path", "-values.file",
)  # fmt: skip
ORDERS = (
    "key", "-key", "value", "secured", "-secured", "created_on", "-created_on", "nothing",
)  # fmt: skip
_FIRST = (
    "http://localhost/2.0/teams/acme/pipelines_config/variables/%7Bda9586a3-616a-59fb-9213-766a3bfbe582%7D"
)
_NOBODY = [f'key = "NOBODY {number}"' for number in range(9)]
_LONG = (
    " AND ".join([*(text.replace("=", "!=") for text in _NOBODY), 'key = "GREETING"']),
    " OR ".join([*_NOBODY, 'key = "GREETING"']),
    " OR ".join(['key = "GREETING" AND secured = false', *_NOBODY, 'key = "GREETING" AND secured = true']),
    "".join(f"{text} OR (" for text in _NOBODY) + 'key = "GREETING"' + ")" * 9,
    f'value = "{"x" * 300}"',
    f'value ~ "{"long " * 60}"',
)
CONDITIONS = (
    *_LONG,
    f'links.self.href = "{_FIRST}"',
    'key = "GREETING"', 'key = "greeting"', 'key = "GREET"', 'value = "07"', 'value = "7"',
    'value = "  led and followed by spaces  "', 'value = "it\'s \\"quoted\\" and `ticked`"',
    'value = "C:\\\\tide\\\\new\\\\table"', 'value = "100%25 %7B%7D + %"', 'key = "cl\u00e9"',
    'value = "this AND that"', 'type = "pipeline_variable"', 'links.self.href != "x"', "secured != true",
    'key != "GREETING"', "created_on = 2024-03-01T09:30:00Z", "created_on = 2024-03-01T11:30:00+02:00",
    "created_on = 2024-03-01T04:00:00-05:30",
    "created_on <= 2024-03-01T09:30:00", "created_on > 2024-03-01T09:30:00", "created_on < 2024-03-02",
    'key ~ "greet"', 'key !~ "greet"', 'key ~ "eet"', 'value ~ "%"', 'value ~ "CAF\u00c9"',
    'value !~ "tide"', 'key > "GREETING"', 'key <= "GREETING"', 'key < "greeting"', "value = null",
    "key != null", 'key ~ "TOKEN" AND secured = true AND key > "E"', 'key > "B" AND key < "M"',
    'key ~ "TOKEN" OR secured = true', 'key ~ "token" and secured = true', 'key ~ "token" oR secured = true',
    "created_on > 2024-03-01T09:20:00Z", "created_on > 2024-13-45", 'key = "cle\u0301"',
    '(key ~ "A" OR key ~ "B") AND (secured = true OR key ~ "C")', '((key = "A"))',
    'secured = true OR key ~ "B" AND key ~ "A"', 'key="A"', 'key  =  "A"', "key", "key = ", '(key = "A"',
    'key = "A', 'value = "hush-7c1f-hush"', 'value ~ "hush-7c1f"', 'value < "hush-7c1f-husi"',
)  # fmt: skip
PAGED = ('key != "cl\u00e9"', "created_on > 2024-03-01T09:30:00+00:00", 'value != "a & b"')
