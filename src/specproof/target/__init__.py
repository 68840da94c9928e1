"""The mock target: a small, stateful server that keeps every promise of the reference contract.

It runs in its own process (``specproof target``, or ``specproof.target.process.start`` from a test),
keeps its data in SQLite, checks real credentials, and can be told to break one promise at a time with
``--fault NAME``. It shares no code with the suite that judges it.

The parts, from the wire inwards::

    command, process ─▶ server ─▶ app ─▶ access ─▶ operations ─▶ intake, paging, search ─▶ store
                                   │         │                        ▲                       ▲
                                   │         └───▶ resources ─▶ representations               │
                                   │         └───▶ git (dulwich) ─────────────────────────────┘
                                   └── answers ◀──────────────────────┘

Around the application ``server`` puts what was asked for: ``access_log``, then ``latency``, then ``turns``.
``administration`` works on the store beside a server that runs; ``seed`` or ``seed_file`` fill a new one.

Each of the classes ``Gate``, ``Intake``, ``Pager``, ``Variables``, ``Search`` and ``Answers`` is one
replaceable part. A fault is a subclass of one part that overrides one method; ``parts.assemble`` mixes
the chosen faults in, so that the clean server contains no switch at all.
"""
