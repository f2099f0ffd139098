-- An instance that moves to another host: which host each passkey was made for, and which apps still ask at a former issuer.

-- Empty: the host of the issuer that is noted in `instance`. A move writes that host down before it notes another issuer.
ALTER TABLE passkeys ADD COLUMN rp_id TEXT NOT NULL DEFAULT '';
CREATE INDEX passkeys_by_rp_id ON passkeys (rp_id);

-- Hosts that the instance had once and has given up: their passkeys sign nobody in, and count for nothing.
CREATE TABLE given_up_hosts (
  rp_id TEXT NOT NULL PRIMARY KEY
);

-- When an app last asked under a former issuer.
CREATE TABLE former_issuer_uses (
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, client_id)
);
CREATE INDEX former_issuer_uses_by_client ON former_issuer_uses (client_id);
