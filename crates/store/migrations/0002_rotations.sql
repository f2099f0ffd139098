-- The rotation of a client's derived secret: both versions are accepted until it ended. One that ended stays until the
-- next. clients.secret_version is the version from before, until the rotation ends: a release that does not know this
-- table goes on with it.
CREATE TABLE client_rotations (
  client_id TEXT NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  old_version BIGINT NOT NULL,
  new_version BIGINT NOT NULL,
  taken_back BOOLEAN NOT NULL,
  issued_at BIGINT NOT NULL,
  ends_at BIGINT,
  overlap BIGINT NOT NULL,
  delivered_at BIGINT,
  used_at BIGINT,
  ended_at BIGINT
);
CREATE INDEX client_rotations_under_way ON client_rotations (client_id) WHERE ended_at IS NULL;
