-- Root keys in the order in which they came into force, each by a check that anybody may read: never the key. The newest
-- that is in force is the one that things are made under; all others that were still open and derive what they made.
CREATE TABLE root_keys (
  generation BIGINT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL UNIQUE,
  offered_at BIGINT NOT NULL,
  in_force_at BIGINT,
  resealed_at BIGINT,
  finished_at BIGINT
);
-- What servers say of the key that is offered; emptied when one is.
CREATE TABLE root_key_servers (
  server TEXT NOT NULL PRIMARY KEY,
  generation BIGINT NOT NULL,
  holds BOOLEAN NOT NULL,
  beat BIGINT NOT NULL
);
-- From which root key a version of a client's derived secret comes; from the first, where nothing stands here. No
-- reference: like client_secret_versions, it outlives the client.
CREATE TABLE client_secret_keys (
  client_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  PRIMARY KEY (client_id, version)
);
-- From which root key the other secrets of an app come that was there before a later key came into force; they never
-- change. Those of an app that does not stand here come from the key that is in force.
CREATE TABLE app_secret_keys (
  app_name TEXT NOT NULL PRIMARY KEY,
  generation BIGINT NOT NULL
);
