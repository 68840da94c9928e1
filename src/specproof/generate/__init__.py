"""Makes the requests: cases, page walks, life cycles. The only door to schemathesis and hypothesis."""
