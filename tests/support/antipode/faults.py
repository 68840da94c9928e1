"""What can be wrong with it: each fault with the promises one of which must be found broken.

A line is: name, promises with ``|`` between them, and the manner where it shows only in one; ``generated``
stands where only a whole run with generated requests shows it, and ``-`` where the contract promises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

_LINES = """
deleted-still-listed            lifecycle.gone-after-delete|history.consistent
delete-does-nothing             lifecycle.gone-after-delete
alias-delete-does-nothing       alias.same-answer|history.consistent
delete-always-204               lifecycle.delete-again|history.consistent
delete-200                      status.documented
new-uncreated                   history.consistent|lifecycle.read-after-create|lifecycle.echo
newest-not-listed               lifecycle.listed|history.consistent
update-new-uuid                 lifecycle.immutable|lifecycle.update
update-changes-neighbour        lifecycle.neighbours|history.consistent
update-empties-value            lifecycle.update|history.consistent
update-moves-creation           lifecycle.immutable
update-takes-keys               lifecycle.unique|history.consistent
update-unjudged                 input.invalid-refused|status.no-server-error
update-lost                     history.concurrent-update
concurrent-creates              history.concurrent-create
rename-forgotten                lifecycle.update|history.consistent
renamed-key-free                history.consistent|lifecycle.unique
key-any-case                    -
key-never-free                  lifecycle.update|history.consistent
key-255-refused                 lifecycle.create-accepts-valid|lifecycle.echo
empty-key-accepted              input.invalid-refused
nul-accepted                    input.invalid-refused generated
value-unbounded                 input.invalid-refused
value-optional                  input.invalid-refused
secured-as-text                 input.invalid-refused generated
type-unchecked                  input.invalid-refused
any-media                       input.media-type-refused
unknown-member-refused          lifecycle.create-accepts-valid
uuid-writable                   lifecycle.immutable|lifecycle.create-accepts-valid|lifecycle.echo
value-trimmed                   lifecycle.echo
text-normalised                 lifecycle.echo
astral-lost                     lifecycle.echo
value-cut                       lifecycle.echo
crlf-lost                       lifecycle.echo
created-shows-other             lifecycle.echo
location-of-list                lifecycle.location
location-relative               headers.documented
braces-optional                 -
secret-in-list                  secrets.never-exposed
secret-in-read                  secrets.never-exposed
secret-in-create                secrets.never-exposed
secret-in-update                secrets.never-exposed
secret-in-fields                secrets.never-exposed
secret-in-conflict              secrets.never-exposed
secret-in-header                secrets.never-exposed
secret-in-400                   secrets.never-exposed
unsecured-shows                 secrets.never-exposed
update-drops-secured            secrets.never-exposed
secret-filter-oracle            filter.secrets-hidden
secret-sort-oracle              sort.secrets-hidden
last-page-has-next              pagination.last-page
last-page-loses-one             pagination.no-gaps|pagination.size-independent
next-stops-at-3                 pagination.no-gaps|pagination.size-independent|pagination.last-page
page-3-repeats                  pagination.no-repeats
past-end-repeats                pagination.past-end
past-end-404                    pagination.past-end
pagelen-100-loses               pagination.size-independent|pagination.no-gaps
default-20                      pagination.size-default
page-unchecked                  pagination.non-integer-refused|input.invalid-refused
pagelen-unchecked               pagination.size-minimum|pagination.size-maximum|input.invalid-refused
next-relative                   body.schema
next-loses-q                    filter.pages|pagination.parameters-kept
next-loses-sort                 sort.pages|pagination.parameters-kept
next-loses-fields               partial-response.pages|pagination.parameters-kept
next-loses-pagelen              pagination.parameters-kept|pagination.size-independent lavish
next-loses-search_query         pagination.parameters-kept|pagination.no-gaps
size-off                        pagination.total lavish
size-off-on-last                pagination.total lavish
size-ignores-q                  filter.pages|pagination.total lavish
size-counts-matches             pagination.total lavish
page-number-stuck               pagination.page-number lavish
pagelen-wrong-on-last           body.schema|pagination.page-size lavish
previous-is-first               pagination.previous lavish
previous-on-first               pagination.previous lavish
empty-is-null                   responses.empty-list|body.schema
search-page-2-shuffled          pagination.no-repeats|pagination.no-gaps|pagination.size-independent
q-left-to-right                 filter.precedence
q-or-last-only                  filter.combinators
q-brackets-and-only             filter.parentheses
q-join-capitals-only            filter.combinators
q-contains-case                 filter.contains
q-not-contains-same             filter.contains|filter.complement
q-later-includes                filter.order|filter.complement
q-less-any-case                 filter.order
q-equals-any-case               filter.equality
q-unequal-boolean               filter.equality|filter.complement
q-null-never                    filter.absent lean
q-offset-ignored                filter.order|filter.equality
q-escape-kept                   filter.equality|filter.contains
q-malformed-ignored             filter.malformed-refused
sort-unknown-ignored            sort.unknown-refused
sort-any-case                   sort.order
sort-down-same                  sort.descending|sort.order
sort-updated-by-created         sort.order
sort-ties-shuffled              sort.pages|sort.same-items|sort.order
sort-last-two-swapped           sort.order
fields-add-is-include           partial-response.add
fields-add-ignored              partial-response.add|partial-response.combined
fields-first-wins               partial-response.order|partial-response.combined
fields-nested-exclude-whole     partial-response.exclude
fields-star-last-only           partial-response.wildcard|partial-response.combined
fields-empty-object-gone        partial-response.exclude|partial-response.wildcard
fields-type-sticks              partial-response.include
fields-drop-envelope            partial-response.exclude
fields-ignored-on-item          partial-response.include|partial-response.exclude
search-ext-ignored              search.modifiers
search-ext-prefix               search.modifiers
search-repo-ignored             search.modifiers lean
search-path-ignored             search.modifiers
search-lang-ignored             search.modifiers
search-project-ignored          search.modifiers
search-phrase-as-words          search.phrase
search-not-ignored              search.negation
search-minus-ignored            search.negation
search-or-is-and                search.any-word
search-words-any                search.all-words
search-case-matters             search.case
search-leaks                    authorization.foreign-unreachable
search-leaks-negated            search.negation|authorization.foreign-unreachable
search-marks-shifted            search.marks|search.pieces
search-segments-trimmed         search.pieces
search-lines-from-0             search.line-numbers|search.pieces
search-count-lines              search.count
search-count-off                search.count
search-path-matches-missing     search.shows-match|search.own-words
search-substitutes-silently     search.all-words|search.shows-match lavish
search-quote-500                status.no-server-error
query-key-missing               search.malformed
long-query-accepted             input.invalid-refused
expired-accepted                credential.dead
expired-token-reads             credential.dead
revoked-accepted                credential.dead
website-password-accepted       credential.dead
secret-cut                      credential.exact
secret-extended                 credential.exact
secret-any-case                 credential.exact
any-user                        credential.exact
token-as-password               credential.exact
client-secret-is-token          -
scheme-exact-case               credential.scheme-case
query-token-refused             credential.places
post-query-token                credential.places
form-token-refused              credential.form-token lavish
no-challenge                    headers.documented
reader-deletes                  authorization.scope-enforced
reader-token-creates            authorization.scope-enforced
search-unscoped                 authorization.scope-enforced
basic-unscoped                  authorization.scope-enforced
account-reads                   authorization.scope-enforced
admin-implies-repository        authorization.scope-enforced
write-implies-variable          authorization.scope-enforced
implication-missing             authorization.allowed
search-wants-write              authorization.allowed
token-cannot-update             authorization.allowed
alias-skips-rights              authorization.foreign-unreachable
item-of-any-team                authorization.foreign-unreachable
foreign-delete                  authorization.foreign-unreachable
foreign-search                  authorization.foreign-unreachable
foreign-head                    authorization.foreign-unreachable|responses.head
token-any-team                  authorization.foreign-unreachable
alias-lists-open                alias.same-answer
head-differs                    responses.head
allow-missing                   headers.documented|method.allow-header
allow-lies                      responses.options|method.allow-header
method-404                      -
unknown-path-web-page           errors.unknown-path
error-typeless                  errors.object
error-bare-404                  errors.object
error-as-text                   errors.object|media-type.documented
error-tells-internals           errors.no-internals
message-empty                   errors.object|body.schema
fields-name-another             errors.fields lavish
broken-json-500                 status.no-server-error
naive-times                     body.schema
json-as-html                    media-type.documented
deprecation-undated             headers.documented|deprecation.valid lavish
self-link-dead                  links.lead-somewhere|links.self lavish
cors-not-on-refusals            cors.refusals
cors-one-origin                 cors.origin
cors-exposes-nothing            cors.exposed lavish
preflight-needs-login           cors.preflight
preflight-few-methods           cors.preflight
preflight-no-authorization      cors.preflight
redirect-prefix                 oauth.redirect-exact
redirect-host-only              oauth.redirect-exact
state-dropped                   oauth.state-echoed
state-lowered                   oauth.state-echoed
scopes-unlimited                oauth.scopes-never-grow lavish
implicit-refreshes              oauth.no-refresh
jwt-refreshes                   oauth.no-refresh
client-unrefreshed              oauth.refresh-works
lifetime-a-day                  oauth.lifetime
lifetime-untold                 -
no-store-missing                oauth.no-store
oauth-error-untold              oauth.error-codes
grant-code-wrong                oauth.error-codes
client-refusal-400              oauth.error-codes
secret-unneeded                 oauth.client-authenticated
secret-any                      oauth.client-authenticated
code-reusable                   oauth.code-single-use
code-of-anybody                 oauth.code-bound-to-client
code-redirect-unchecked         oauth.code-bound-to-redirect
challenge-ignored               -
refresh-of-anybody              oauth.refresh-bound-to-client
refresh-grows                   oauth.scopes-never-grow
refresh-forgets-scopes          oauth.scopes-never-grow
revoked-refreshes               oauth.refresh-revoked
access-refreshes                oauth.refresh-revoked
jwt-unsigned                    oauth.jwt-none
jwt-signature-unchecked         oauth.jwt-signature
jwt-never-ends                  oauth.jwt-expired
jwt-any-issuer                  oauth.jwt-issuer
jwt-any-audience                oauth.jwt-audience
jwt-before-time                 -
jwt-word-any-case               oauth.jwt-scheme
clone-any-user                  cloning.token-user
clone-expired                   cloning.refuses-bad
clone-with-password             -
clone-foreign                   cloning.foreign
clone-unscoped                  cloning.scope
push-with-reading               cloning.push-scope
clone-anonymous                 cloning.requires-credentials
clone-media-wrong               cloning.clone-works
"""


@dataclass(frozen=True)
class Fault:
    """A fault, what must be found of it, and the manner it is tried in."""

    name: str
    promises: tuple[str, ...]
    manner: str

    @property
    def promised(self) -> bool:
        """Whether it breaks a promise that is proven without generated requests."""
        return self.promises != ("-",) and self.manner != "generated"


def _read() -> dict[str, Fault]:
    found = {}
    for number, line in enumerate(_LINES.split("\n")):
        words = line.split()
        if words:
            manner = words[2] if len(words) > 2 else ("lean", "lavish")[number % 2]
            found[words[0]] = Fault(words[0], tuple(words[1].split("|")), manner)
    return found


FAULTS = _read()
