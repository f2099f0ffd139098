-- Browsers that signed an account in before. hash is made of the account and a cookie of the browser, so that the rows of
-- two people say nothing about who shares one.
CREATE TABLE known_browsers (
  hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  seen_at BIGINT NOT NULL
);
CREATE INDEX known_browsers_by_user ON known_browsers (user_id, seen_at);
CREATE INDEX known_browsers_by_time ON known_browsers (seen_at);
