-- Identities at upstreams that sign accounts in, each known by issuer and subject. What is shown is what the person was
-- called there when it was linked.
CREATE TABLE linked_identities (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  upstream TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  shown TEXT,
  linked_at BIGINT NOT NULL,
  last_used_at BIGINT,
  UNIQUE (upstream, issuer, subject)
);
CREATE INDEX linked_identities_by_user ON linked_identities (user_id);

-- Sign-ins at upstreams that are under way, each under the hash of its state.
CREATE TABLE sign_ins_away (
  hash TEXT NOT NULL PRIMARY KEY,
  upstream TEXT NOT NULL,
  browser_hash TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_away_by_expiry ON sign_ins_away (expires_at);
