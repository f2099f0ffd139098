-- Accounts and memberships that end by themselves, at this moment; none has no end. An invitation may say after how many
-- days the accounts end that are made with it.
ALTER TABLE users ADD COLUMN ends_at BIGINT;
ALTER TABLE memberships ADD COLUMN ends_at BIGINT;
ALTER TABLE invitations ADD COLUMN account_days BIGINT;
CREATE INDEX users_by_end ON users (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX memberships_by_end ON memberships (ends_at) WHERE ends_at IS NOT NULL;
