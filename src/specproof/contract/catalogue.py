"""The catalogue of promises: what each one says, how bad its breach is, and where it comes from.

One table, read by the derivation, the reports and the documentation.
"""

from __future__ import annotations

from specproof.model.promise import PromiseKind, Severity

_CRITICAL, _MAJOR, _MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR
_WRITES = frozenset({"writes"})
_QUIET = frozenset({"exclusive"})
_NEGATIVE = frozenset({"negative"})


def _kind(
    promise: str,
    severity: Severity,
    sentence: str,
    broken_when: str,
    source: str,
    needs: frozenset[str] = frozenset(),
) -> PromiseKind:
    return PromiseKind(
        id=promise, severity=severity, sentence=sentence, broken_when=broken_when, source=source, needs=needs
    )


_RESPONSES = "OpenAPI 3.0.4, Responses Object"
_SCHEMA = "OpenAPI 3.0.4, Schema Object"
_PAGES = "x-pagination, or inferred from parameter and property names"
_LIFE = "x-resource, or inferred from paths and 201 answers"

CATALOGUE: dict[str, PromiseKind] = {
    kind.id: kind
    for kind in (
        # the document
        _kind("document.valid", _MAJOR, "The document obeys the OpenAPI Specification.",
              "the specification's own schema or one of its rules is broken", "OpenAPI Specification"),
        _kind("document.references", _MAJOR, "Every reference in the document leads somewhere.",
              "a $ref cannot be resolved", "OpenAPI 3.0.4, Reference Object"),
        _kind("document.vocabulary", _MAJOR, "Every specproof extension is spelt and typed right.",
              "an extension is misspelt, ill-typed, or names what is not there", "the promise vocabulary"),
        # single responses
        _kind("status.documented", _MAJOR, "Every status that is answered is documented.",
              "a status is neither listed nor covered by a range or default; 405, 414, 415, 417, 426, 429, 431, 502, "
              "503 and 504 come from the layers around an application and are judged by other promises", _RESPONSES),
        _kind("status.no-server-error", _CRITICAL, "No request makes the server fail.",
              "an answer has status 500 or above and that status is not documented", "RFC 9110 section 15.6"),
        _kind("media-type.documented", _MAJOR, "Every body has a documented media type.",
              "a body comes without Content-Type or with one that is not listed for its status", _RESPONSES),
        _kind("body.schema", _MAJOR, "Every body is valid against its documented schema, formats included.",
              "a JSON body cannot be parsed or breaks the schema of its status; an answer that was reduced by a "
              "partial-response parameter need not have the required members", _SCHEMA),
        _kind("headers.documented", _MAJOR, "Documented headers are there when required, and valid.",
              "a required header is missing or a header's value breaks its schema", "OpenAPI 3.0.4, Header Object"),
        _kind("errors.object", _MAJOR, "Every 4xx answer carries the documented error object.",
              "the body of a 4xx is no JSON, lacks a required member or has an empty message", "x-error"),
        _kind("input.invalid-refused", _MAJOR, "Requests that the document forbids are refused.",
              "a request that is invalid as it goes over the wire gets a 2xx", _SCHEMA, _NEGATIVE),
        _kind("input.media-type-refused", _MINOR, "Bodies of an undocumented media type are refused.",
              "a body with a media type that the operation does not list gets a 2xx, or, where 415 is documented, "
              "any other answer than 415, 400, 401, 403, 404 or 422", "RFC 9110 section 15.5.16",
              _NEGATIVE | _WRITES),
        _kind("input.examples-accepted", _MAJOR, "The document's own examples work.",
              "a request built from the document's examples is refused with 400, 415 or 422",
              "OpenAPI 3.0.4, Media Type Object"),
        _kind("method.undocumented-refused", _MAJOR, "Methods that are not documented do nothing.",
              "a method that the path does not document gets a 2xx", "OpenAPI 3.0.4, Path Item Object", _NEGATIVE),
        _kind("method.allow-header", _MINOR, "A 405 names exactly the allowed methods that are documented.",
              "a 405 has no Allow header, or Allow lacks a documented method or names the refused one",
              "RFC 9110 section 15.5.6", _NEGATIVE),
        _kind("authentication.required", _CRITICAL, "Without a credential, a protected operation gives nothing.",
              "a request without credentials gets another answer than 401 (or 403, 404), or a 401 without "
              "WWW-Authenticate", "OpenAPI 3.0.4, Security Requirement Object; RFC 9110 section 15.5.2"),
        # pages
        _kind("pagination.no-repeats", _CRITICAL, "A walk meets every item once.",
              "the same identity stands on two pages, or twice on one", _PAGES, _QUIET),
        _kind("pagination.no-gaps", _CRITICAL, "A walk misses no item.",
              "a walk with another page size meets an item that this walk did not", _PAGES, _QUIET),
        _kind("pagination.size-independent", _MAJOR, "The page size does not change what is listed.",
              "walks with different page sizes meet different sets of items", _PAGES, _QUIET),
        _kind("pagination.stable-order", _MAJOR, "The order is the same on every walk.",
              "two walks meet the same items in another order", _PAGES, _QUIET),
        _kind("pagination.last-page", _MAJOR, "The next link is absent exactly on the last page.",
              "a page with a next link is followed by an empty page, or a page without one is not the last",
              _PAGES, _QUIET),
        _kind("pagination.previous", _MINOR, "The previous link leads back to the page before.",
              "previous stands on the first page, or leads to another page than the one that led here", _PAGES,
              _QUIET),
        _kind("pagination.total", _MAJOR, "The total tells how many items there are.",
              "the total differs from the number of items that the walk met", _PAGES, _QUIET),
        _kind("pagination.page-number", _MINOR, "The page number tells which page this is.",
              "the number in the body differs from the position in the walk or the number that was asked", _PAGES),
        _kind("pagination.page-size", _MINOR, "The page size in the body is the one in force.",
              "the size in the body is neither the size asked for nor the number of items on the page", _PAGES),
        _kind("pagination.at-most-size", _MAJOR, "A page has at most as many items as asked for.",
              "a page has more items than its size allows, or a page before the last one has fewer", _PAGES),
        _kind("pagination.size-default", _MINOR, "Without a size, the documented default is in force.",
              "the first page has another number of items than the default gives", _PAGES),
        _kind("pagination.size-maximum", _MAJOR, "The largest page size is accepted and not passed.",
              "the maximum is refused, or a larger size gives more items than the maximum", _PAGES),
        _kind("pagination.size-minimum", _MINOR, "The smallest page size is accepted, and less is not.",
              "the minimum is refused, or a size below it is answered with more than the minimum allows", _PAGES),
        _kind("pagination.past-end", _MAJOR, "Past the end there is nothing.",
              "a page past the end has items or a next link, or is not answered as documented (empty or 4xx)",
              _PAGES, _QUIET),
        _kind("pagination.non-integer-refused", _MINOR, "Page numbers and sizes that are no integers are refused.",
              "a word, a fraction or nothing at all as number or size gets a 2xx", _SCHEMA, _NEGATIVE),
        _kind("pagination.parameters-kept", _MAJOR, "Links keep the other query parameters.",
              "a next or previous link drops or changes a parameter of the request", _PAGES),
        _kind("pagination.same-origin", _MAJOR, "Links stay on the server that gave them.",
              "a next or previous link has another scheme, host or port, or is no absolute URL", _PAGES),
        _kind("pagination.no-loops", _CRITICAL, "Following next comes to an end.",
              "a next link leads to a page that was seen before", _PAGES),
        # life cycles
        _kind("lifecycle.create-accepts-valid", _MAJOR, "A valid body is accepted.",
              "a body that is valid against the schema is refused with 400, 413, 415 or 422", _LIFE, _WRITES),
        _kind("lifecycle.location", _MAJOR, "Location leads to what was created.",
              "the Location of a 201 cannot be read, or shows another thing", "RFC 9110 section 15.3.2", _WRITES),
        _kind("lifecycle.read-after-create", _CRITICAL, "What was created can be read.",
              "reading by the identity that creation gave does not give the thing", _LIFE, _WRITES),
        _kind("lifecycle.listed", _MAJOR, "What was created is listed.",
              "a walk after the creation does not meet the new identity", _LIFE, _WRITES),
        _kind("lifecycle.update", _CRITICAL, "An update is kept, and changes what it names.",
              "reading after an accepted update does not show the values that were sent, or an omitted member changed "
              "although updates keep omitted members", _LIFE, _WRITES),
        _kind("lifecycle.echo", _CRITICAL, "Values come back exactly as they were sent.",
              "a string, number or boolean that was accepted reads back as another value", _LIFE, _WRITES),
        _kind("lifecycle.delete", _CRITICAL, "Delete is accepted.",
              "deleting an existing thing is not answered with 2xx", _LIFE, _WRITES),
        _kind("lifecycle.gone-after-delete", _CRITICAL, "What was deleted is gone.",
              "after an accepted delete the thing can be read or is listed", _LIFE, _WRITES),
        _kind("lifecycle.delete-again", _MAJOR, "Deleting twice is not a success.",
              "where 404 is documented, the second delete is answered with anything but 404 or 410", _LIFE, _WRITES),
        _kind("lifecycle.unique", _MAJOR, "Unique values are unique, and only equal ones collide.",
              "a second thing with the same unique value is accepted, or one with another value is a conflict", _LIFE,
              _WRITES),
        _kind("lifecycle.immutable", _MAJOR, "Immutable members never change.",
              "an update changes the identity or another immutable member, or a creation takes it from the body",
              _LIFE, _WRITES),
        _kind("lifecycle.neighbours", _CRITICAL, "Writing one thing leaves the others alone.",
              "another thing changed or vanished after an update or a delete", _LIFE, _WRITES),
        # secrets
        _kind("secrets.never-exposed", _CRITICAL, "A secret value never comes back.",
              "a value that was sent as a secret stands in a later answer, header or error, plain or encoded",
              "x-secret, writeOnly", _WRITES),
    )
}  # fmt: skip
