-- What of the declarations of several servers counts: the one that was applied last, by whom, where each of its groups
-- and apps stands, and who is in which group by it.
CREATE TABLE manifest (
  name TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  server TEXT NOT NULL,
  applied_at BIGINT NOT NULL,
  -- A person brought it into force, and no server has declared it since.
  by_hand BOOLEAN NOT NULL,
  -- Counts what others wrote over it while they were still applying theirs.
  disturbed BIGINT NOT NULL,
  places TEXT NOT NULL,
  members TEXT NOT NULL
);
-- Servers and what each declared last; its beat is raised while it runs.
CREATE TABLE manifest_servers (
  server TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  -- Whether it applied that itself, or found another one in force when it came.
  applied BOOLEAN NOT NULL,
  beat BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX manifest_servers_seen ON manifest_servers (seen_at);
CREATE INDEX manifest_servers_digest ON manifest_servers (digest, server);
-- Declarations that were in force once.
CREATE TABLE manifest_digests (
  digest TEXT NOT NULL PRIMARY KEY,
  applied_at BIGINT NOT NULL
);
CREATE INDEX manifest_digests_applied ON manifest_digests (applied_at);
