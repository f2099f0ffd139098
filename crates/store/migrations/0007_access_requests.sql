-- Who asked an administrator for access to which app. One question for each person and app; a no stays for a while.
CREATE TABLE access_requests (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  app_name TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  refused_at BIGINT,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, app_name)
);
CREATE INDEX access_requests_by_app ON access_requests (app_name);
CREATE INDEX access_requests_by_time ON access_requests (asked_at);
CREATE INDEX access_requests_by_expiry ON access_requests (expires_at);
