-- The first shape of the instance. One text for SQLite and PostgreSQL: TEXT, BIGINT (Unix milliseconds), BOOLEAN.
-- A column named *_hash or hash holds SHA-256 of a secret value as base64url, never the value.

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  user_handle TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  given_name TEXT,
  family_name TEXT,
  email TEXT,
  -- The address without letter case, in one normal form: it belongs to one account. Absent while it is not verified,
  -- so that nobody takes an address by typing it.
  email_key TEXT UNIQUE,
  email_verified BOOLEAN NOT NULL,
  password TEXT,
  password_changed_at BIGINT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- User names and mail addresses that belonged to somebody, and to whom last: apps know people by them. No reference: it
-- outlives the account. An address stands here as a keyed hash only.
CREATE TABLE former_identifiers (
  kind TEXT NOT NULL,
  identifier TEXT NOT NULL,
  user_id TEXT NOT NULL,
  freed_at BIGINT NOT NULL,
  PRIMARY KEY (kind, identifier)
);

CREATE TABLE user_groups (
  name TEXT NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  group_name TEXT NOT NULL REFERENCES user_groups (name) ON DELETE CASCADE,
  source TEXT NOT NULL,
  PRIMARY KEY (user_id, group_name)
);
CREATE INDEX memberships_by_group ON memberships (group_name);

CREATE TABLE passkeys (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,
  credential TEXT NOT NULL,
  name TEXT NOT NULL,
  aaguid TEXT NOT NULL,
  backup_eligible BOOLEAN NOT NULL,
  backed_up BOOLEAN NOT NULL,
  sign_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

CREATE TABLE challenges (
  id TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  browser_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

CREATE TABLE links (
  hash TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  group_names TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  consumed_at BIGINT
);
CREATE INDEX links_by_user ON links (user_id);
CREATE INDEX links_by_purpose ON links (purpose) WHERE consumed_at IS NULL;
CREATE INDEX links_by_expiry ON links (expires_at);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  auth_time BIGINT NOT NULL,
  amr TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Of a client and of an app: what is searched, listed or unique is a column; the rest is one JSON document, whose
-- absent fields have defaults. readable_from is the lowest record version that may serve the row.
CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  app TEXT,
  owner TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  secret_version BIGINT,
  secret_hash TEXT,
  iss_parameter BOOLEAN NOT NULL,
  readable_from BIGINT NOT NULL,
  document TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX clients_by_app ON clients (app);
CREATE INDEX clients_of_apps ON clients (id) WHERE app IS NOT NULL;
CREATE INDEX clients_without_iss ON clients (id) WHERE iss_parameter = FALSE;

-- kind is redirect, post_logout, or origin: where the pages of a client without a secret live, made from its redirect
-- URIs, so that one lookup says whether a page may read an answer.
CREATE TABLE client_redirect_uris (
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  position BIGINT NOT NULL,
  uri TEXT NOT NULL,
  PRIMARY KEY (client_id, kind, position)
);
CREATE INDEX client_redirect_uris_by_uri ON client_redirect_uris (uri);

-- The newest version that a client's derived secret ever had. It outlives the client: one that is made again under
-- the same id never gets a secret that was in use before.
CREATE TABLE client_secret_versions (
  client_id TEXT NOT NULL PRIMARY KEY,
  newest BIGINT NOT NULL
);

-- host is that of url, as far as cookies tell hosts apart; none where url has no host.
CREATE TABLE apps (
  name TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  host TEXT,
  client_id TEXT,
  protected BOOLEAN NOT NULL,
  owner TEXT NOT NULL,
  readable_from BIGINT NOT NULL,
  document TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX apps_by_host ON apps (host);
CREATE INDEX apps_protected ON apps (name) WHERE protected = TRUE;

-- Which client at a provider that is not ours belongs to an app; remote_id is absent while making it was begun.
-- sealed_secret holds what that provider shows only once.
CREATE TABLE bindings (
  provider TEXT NOT NULL,
  app_name TEXT NOT NULL,
  remote_id TEXT,
  sealed_secret TEXT,
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (provider, app_name)
);

-- What was delivered where, so that an app that goes takes it along. No reference: it outlives the app.
CREATE TABLE deliveries (
  place TEXT NOT NULL PRIMARY KEY,
  app_name TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  delivered_at BIGINT NOT NULL
);

CREATE TABLE app_sessions (
  hash TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  app_name TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE,
  host TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX app_sessions_by_session ON app_sessions (session_id);
CREATE INDEX app_sessions_by_user ON app_sessions (user_id);
CREATE INDEX app_sessions_by_app ON app_sessions (app_name);
CREATE INDEX app_sessions_by_expiry ON app_sessions (expires_at);

CREATE TABLE relay_codes (
  hash TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  app_name TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE,
  host TEXT NOT NULL,
  browser_hash TEXT NOT NULL,
  return_path TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  consumed_at BIGINT
);
CREATE INDEX relay_codes_by_session ON relay_codes (session_id);
CREATE INDEX relay_codes_by_user ON relay_codes (user_id);
CREATE INDEX relay_codes_by_app ON relay_codes (app_name);
CREATE INDEX relay_codes_by_expiry ON relay_codes (expires_at);

CREATE TABLE interactions (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  browser_hash TEXT NOT NULL,
  params TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT,
  consented BOOLEAN NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX interactions_by_client ON interactions (client_id);
CREATE INDEX interactions_by_browser ON interactions (browser_hash, created_at);
CREATE INDEX interactions_by_expiry ON interactions (expires_at);

CREATE TABLE consents (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX consents_by_client ON consents (client_id);

-- subject says for whom the client acts: for a person in a session, or for itself, and then nothing of a person is
-- there. session_id is no foreign key: a grant with offline_access outlives its session.
CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  session_id TEXT,
  scopes TEXT NOT NULL,
  nonce TEXT,
  auth_time BIGINT,
  amr TEXT,
  offline BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  CHECK (
    (subject = 'person' AND user_id IS NOT NULL AND session_id IS NOT NULL AND auth_time IS NOT NULL
      AND amr IS NOT NULL)
    OR (subject = 'client' AND user_id IS NULL AND session_id IS NULL AND nonce IS NULL AND auth_time IS NULL
      AND amr IS NULL AND NOT offline)
  )
);
CREATE INDEX grants_by_user ON grants (user_id, client_id);
CREATE INDEX grants_by_client ON grants (client_id);
CREATE INDEX grants_by_session ON grants (session_id);
CREATE INDEX grants_by_age ON grants (created_at);

CREATE TABLE authorization_codes (
  hash TEXT NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT,
  expires_at BIGINT NOT NULL,
  consumed_at BIGINT
);
CREATE INDEX authorization_codes_by_grant ON authorization_codes (grant_id);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

CREATE TABLE access_tokens (
  hash TEXT NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
  hash TEXT NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  consumed_at BIGINT,
  -- Drawn when the token is consumed: its successor follows from the root key, this, and the token's hash.
  successor_salt TEXT
);
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE signing_keys (
  id TEXT NOT NULL PRIMARY KEY,
  alg TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  retired_at BIGINT
);

-- The id begins with the time: it is the order of the log.
CREATE TABLE audit_events (
  id TEXT NOT NULL PRIMARY KEY,
  happened_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  -- What the actor and the subject were called then; empty where that is not known.
  actor_name TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  client TEXT NOT NULL,
  ip TEXT NOT NULL,
  request_id TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_events_by_time ON audit_events (happened_at);

CREATE TABLE refusals (
  reference TEXT NOT NULL PRIMARY KEY,
  report TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX refusals_by_expiry ON refusals (expires_at);

-- What is true of the whole instance, by name: the issuer that the database was made for.
CREATE TABLE instance (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE generations (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE revocations (
  seq BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX revocations_by_time ON revocations (recorded_at);

CREATE TABLE rate_limits (
  name TEXT NOT NULL PRIMARY KEY,
  hits BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX rate_limits_by_expiry ON rate_limits (expires_at);

-- Durable work. A job is due at run_at, unless a worker holds it until lease; dead ones wait for a person.
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  run_at BIGINT NOT NULL,
  lease BIGINT,
  attempts BIGINT NOT NULL,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  dead_at BIGINT
);
CREATE INDEX jobs_by_time ON jobs (run_at, id) WHERE dead_at IS NULL;
CREATE INDEX jobs_dead ON jobs (id) WHERE dead_at IS NOT NULL;
