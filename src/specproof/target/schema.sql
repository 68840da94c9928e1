-- Everything the mock target remembers. UUIDs are stored bare and in lower case; timestamps are UTC text
-- of fixed width, so that comparing text compares time.
CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    uuid TEXT NOT NULL UNIQUE,
    search_enabled INTEGER NOT NULL,
    created_on TEXT NOT NULL
);
CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    uuid TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    created_on TEXT NOT NULL
);
CREATE TABLE membership (
    user_id INTEGER NOT NULL REFERENCES user,
    team_id INTEGER NOT NULL REFERENCES team,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    PRIMARY KEY (user_id, team_id)
) WITHOUT ROWID;
CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    created_on TEXT NOT NULL,
    UNIQUE (team_id, key)
);
-- commit_hash is the commit of the default branch that the rows of file show; see git/library.py.
CREATE TABLE repository (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team,
    project_id INTEGER NOT NULL REFERENCES project,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    commit_hash TEXT NOT NULL,
    created_on TEXT NOT NULL,
    updated_on TEXT NOT NULL,
    UNIQUE (team_id, slug)
);
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repository,
    path TEXT NOT NULL,
    extension TEXT NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (repository_id, path)
);
-- One row per file, rowid = file.id. Holds words only (see search/words.py), so that the index and the
-- highlighting agree on what a word is.
CREATE VIRTUAL TABLE file_words USING fts5(content, path, tokenize = 'unicode61 remove_diacritics 0');
-- A credential belongs to a user or to a team, and may be bound to one project or repository of the team.
-- scopes: NULL = not limited by scopes.
CREATE TABLE credential (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    user_id INTEGER REFERENCES user,
    team_id INTEGER REFERENCES team,
    project_id INTEGER REFERENCES project,
    repository_id INTEGER REFERENCES repository,
    grant_id INTEGER REFERENCES oauth_grant,
    scopes TEXT,
    hint TEXT NOT NULL,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    created_on TEXT NOT NULL,
    last_used_on TEXT,
    expires_on TEXT,
    revoked_on TEXT
);
CREATE INDEX credential_by_hint ON credential (hint);
CREATE INDEX credential_by_grant ON credential (grant_id);
-- Tokens end with the resource that they were made for.
CREATE TRIGGER repository_tokens_end BEFORE DELETE ON repository BEGIN
    UPDATE credential SET repository_id = NULL,
        revoked_on = coalesce(revoked_on, strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'))
        WHERE repository_id = OLD.id;
END;
CREATE TRIGGER project_tokens_end BEFORE DELETE ON project BEGIN
    UPDATE credential SET project_id = NULL,
        revoked_on = coalesce(revoked_on, strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'))
        WHERE project_id = OLD.id;
END;
CREATE TABLE variable (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    team_id INTEGER NOT NULL REFERENCES team,
    uuid TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    secured INTEGER NOT NULL,
    created_on TEXT NOT NULL,
    updated_on TEXT NOT NULL
);
-- Keys are kept unique by a check in the same transaction as the write (variables.py).
CREATE INDEX variable_by_key ON variable (team_id, key);
CREATE INDEX variable_in_order ON variable (team_id, id);
-- When a credential was let through to search, in seconds since 1970; kept only where there is a rate limit.
CREATE TABLE search_pass (
    credential_id INTEGER NOT NULL REFERENCES credential,
    passed REAL NOT NULL
);
CREATE INDEX search_pass_by_credential ON search_pass (credential_id, passed);
-- A client of the authorization server belongs to the user or team whom its own tokens represent. A public
-- one has no secret. jwt_secret can be read: nobody can verify an HMAC with a hash of its key.
CREATE TABLE oauth_client (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    user_id INTEGER REFERENCES user,
    team_id INTEGER REFERENCES team,
    public INTEGER NOT NULL,
    salt BLOB,
    digest BLOB,
    redirect_uri TEXT,
    scopes TEXT NOT NULL,
    jwt_issuer TEXT UNIQUE,
    jwt_secret TEXT,
    CHECK ((user_id IS NULL) <> (team_id IS NULL))
);
-- One approval: the family of codes and tokens that came from it ends as one.
CREATE TABLE oauth_grant (
    id INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES oauth_client,
    user_id INTEGER REFERENCES user,
    team_id INTEGER REFERENCES team,
    scopes TEXT NOT NULL,
    created_on TEXT NOT NULL
);
CREATE TABLE oauth_code (
    id INTEGER PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES oauth_grant,
    hint TEXT NOT NULL,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_named INTEGER NOT NULL,
    challenge TEXT,
    challenge_method TEXT,
    expires_on TEXT NOT NULL,
    used_on TEXT
);
CREATE INDEX oauth_code_by_hint ON oauth_code (hint);
CREATE TABLE oauth_refresh_token (
    id INTEGER PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES oauth_grant,
    hint TEXT NOT NULL,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    created_on TEXT NOT NULL,
    expires_on TEXT,
    revoked_on TEXT
);
CREATE INDEX oauth_refresh_token_by_hint ON oauth_refresh_token (hint);
CREATE INDEX oauth_refresh_token_by_grant ON oauth_refresh_token (grant_id);
-- One random key, so that a form of the authorization server is known to every process on these data.
CREATE TABLE oauth_form_key (secret BLOB NOT NULL);
-- Assertions that were used and have not expired: none counts twice.
CREATE TABLE oauth_assertion (
    client_id INTEGER NOT NULL REFERENCES oauth_client,
    jti TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    PRIMARY KEY (client_id, jti)
) WITHOUT ROWID;
