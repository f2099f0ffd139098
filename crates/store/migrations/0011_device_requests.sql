-- Devices that show a code and wait until somebody types it on another one (RFC 8628). Who approved is not referenced:
-- what comes of it is decided by how things are when it is used.
CREATE TABLE device_requests (
    id TEXT NOT NULL PRIMARY KEY,
    device_hash TEXT NOT NULL UNIQUE,
    code_hash TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT,
    user_id TEXT,
    session_id TEXT,
    auth_time BIGINT,
    amr TEXT,
    polled_at BIGINT,
    pause BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX device_requests_by_end ON device_requests (expires_at);
