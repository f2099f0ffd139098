//! Statements about what the instance keeps of itself: its schema, keys, work that waits, and records.

use super::list::{Statement, statements};

statements! {
    schema_version {
        SCHEMA_NEWEST = "SELECT version, binary_version, (SELECT MAX(usable_from) FROM schema_version) \
            FROM schema_version ORDER BY version DESC LIMIT 1";
        SCHEMA_RECORD = "INSERT INTO schema_version (version, applied_at, binary_version, usable_from) \
            VALUES ($1, $2, $3, $4)";
        SCHEMA_DEMAND = "UPDATE schema_version SET usable_from = version WHERE version = $1";
    }
    root_keys {
        ROOT_KEY_ALL = "SELECT generation, key_id, offered_at, in_force_at, resealed_at, finished_at FROM root_keys \
            ORDER BY generation";
        ROOT_KEY_ENTER = "INSERT INTO root_keys (generation, key_id, offered_at, in_force_at, resealed_at, finished_at) \
            VALUES ($1, $2, $3, $3, $3, $3) ON CONFLICT DO NOTHING";
        ROOT_KEY_OFFER = "INSERT INTO root_keys (generation, key_id, offered_at) SELECT MAX(generation) + 1, \
            CAST($1 AS TEXT), CAST($2 AS BIGINT) FROM root_keys \
            HAVING SUM(CASE WHEN finished_at IS NULL THEN 1 ELSE 0 END) = 0 ON CONFLICT DO NOTHING";
        ROOT_KEY_TAKE_BACK = "DELETE FROM root_keys WHERE key_id = $1 AND in_force_at IS NULL";
        ROOT_KEY_BRING_IN = "UPDATE root_keys SET in_force_at = $2 WHERE key_id = $1 AND in_force_at IS NULL";
        ROOT_KEY_RESEALED = "UPDATE root_keys SET resealed_at = $2 WHERE key_id = $1 AND in_force_at IS NOT NULL \
            AND resealed_at IS NULL";
        ROOT_KEY_FINISH = "UPDATE root_keys SET finished_at = $2 WHERE key_id = $1 AND resealed_at IS NOT NULL \
            AND finished_at IS NULL";
    }
    root_key_servers {
        KEY_SERVER_ALL = "SELECT server, holds, beat FROM root_key_servers WHERE generation = $1";
        KEY_SERVER_TELL = "INSERT INTO root_key_servers (server, generation, holds, beat) VALUES ($1, $2, $3, 1) \
            ON CONFLICT (server) DO UPDATE SET generation = excluded.generation, holds = excluded.holds, \
            beat = root_key_servers.beat + 1";
        KEY_SERVER_CLEAR = "DELETE FROM root_key_servers";
    }
    jobs {
        JOB_INSERT = "INSERT INTO jobs (id, kind, payload, run_at, attempts, created_at) VALUES ($1, $2, $3, $4, 0, $5) \
            ON CONFLICT (id) DO NOTHING";
        JOB_DUE = "SELECT id FROM jobs WHERE dead_at IS NULL AND kind = $1 AND run_at <= $2 \
            AND (lease IS NULL OR lease <= $2) ORDER BY run_at, id LIMIT 1";
        JOB_CLAIM = concat!("UPDATE jobs SET lease = $3, attempts = attempts + 1 WHERE id = (SELECT j.id FROM jobs j \
            WHERE j.dead_at IS NULL AND j.kind = $1 AND j.run_at <= $2 AND (j.lease IS NULL OR j.lease <= $2) \
            ORDER BY j.run_at, j.id LIMIT 1) AND dead_at IS NULL AND run_at <= $2 \
            AND (lease IS NULL OR lease <= $2) RETURNING ", job!());
        JOB_ERROR = "SELECT last_error FROM jobs WHERE id = $1";
        JOB_DONE = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_RETRY = "UPDATE jobs SET lease = NULL, run_at = $4, last_error = $5 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_BURY = "UPDATE jobs SET lease = NULL, dead_at = $4, last_error = $5 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_HAND_BACK = "UPDATE jobs SET lease = NULL, attempts = attempts - 1 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_REVIVE = "UPDATE jobs SET dead_at = NULL, run_at = $2, attempts = 0 WHERE id = $1 AND dead_at IS NOT NULL";
        JOB_BACKLOG = "SELECT kind, count(*), CAST(SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END) AS BIGINT), \
            MIN(CASE WHEN dead_at IS NULL THEN created_at END) FROM jobs GROUP BY kind ORDER BY kind";
        JOB_DEAD = concat!("SELECT ", job!(), " FROM jobs WHERE dead_at IS NOT NULL AND id > $1 ORDER BY id LIMIT $2");
    }
    signing_keys {
        KEY_INSERT = "INSERT INTO signing_keys (id, alg, sealed, created_at, retired_at) VALUES ($1, $2, $3, $4, $5)";
        KEY_RESEAL = "UPDATE signing_keys SET sealed = $3 WHERE id = $1 AND sealed = $2";
        KEY_ALL = "SELECT id, alg, sealed, created_at, retired_at FROM signing_keys ORDER BY created_at, id";
    }
    audit_events {
        AUDIT_INSERT = "INSERT INTO audit_events (id, happened_at, kind, actor_kind, actor_id, subject_kind, subject_id, \
            client, ip, request_id, detail, actor_name, subject_name, person) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        AUDIT_PAGE = concat!("SELECT ", audit_line!(), " FROM audit_events WHERE id < $1 ORDER BY id DESC LIMIT $2");
        AUDIT_OF_PERSON = concat!("SELECT ", audit_line!(), " FROM audit_events WHERE person = $1 \
            ORDER BY id DESC LIMIT $2");
        AUDIT_SWEEP = sweep!("audit_events", "id", "happened_at");
    }
    refusals {
        REFUSAL_INSERT = "INSERT INTO refusals (reference, report, expires_at) VALUES ($1, $2, $3) \
            ON CONFLICT (reference) DO UPDATE SET report = excluded.report, expires_at = excluded.expires_at";
        REFUSAL_GET = "SELECT report FROM refusals WHERE reference = $1";
        REFUSAL_COUNT = "SELECT count(*) FROM refusals";
        REFUSAL_KEEP_NEWEST = "DELETE FROM refusals WHERE reference IN \
            (SELECT reference FROM refusals ORDER BY expires_at DESC, reference DESC LIMIT $2 OFFSET $1)";
        REFUSAL_SWEEP = sweep!("refusals", "reference", "expires_at");
    }
    instance {
        INSTANCE_GET = "SELECT value FROM instance WHERE name = $1";
        INSTANCE_SET = "INSERT INTO instance (name, value) VALUES ($1, $2) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        INSTANCE_PEOPLE = "SELECT count(*) FROM users";
        INSTANCE_PASSKEYS = "SELECT count(*) FROM passkeys";
        INSTANCE_CLIENTS = "SELECT count(*) FROM clients";
    }
    given_up_hosts {
        HOST_GIVE_UP = "INSERT INTO given_up_hosts (rp_id) VALUES ($1) ON CONFLICT (rp_id) DO NOTHING";
        HOST_TAKE_BACK = "DELETE FROM given_up_hosts WHERE rp_id = $1";
    }
    former_issuer_uses {
        FORMER_USE_NOTE = "INSERT INTO former_issuer_uses (issuer, client_id, asked_at) VALUES ($1, $2, $3) \
            ON CONFLICT (issuer, client_id) DO UPDATE SET asked_at = excluded.asked_at \
            WHERE former_issuer_uses.asked_at < $4";
        FORMER_USE_OF = "SELECT f.client_id, c.name, f.asked_at FROM former_issuer_uses f \
            JOIN clients c ON c.id = f.client_id WHERE f.issuer = $1 ORDER BY f.asked_at DESC, f.client_id";
    }
    generations {
        GENERATION_BUMP = "INSERT INTO generations (name, value) VALUES ($1, 1) \
            ON CONFLICT (name) DO UPDATE SET value = generations.value + 1 RETURNING value";
        GENERATION_RAISE = "INSERT INTO generations (name, value) VALUES ($1, $2) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE generations.value < excluded.value \
            RETURNING value";
        GENERATION_GET = "SELECT value FROM generations WHERE name = $1";
        GENERATION_PAIR = "SELECT name, value FROM generations WHERE name IN ($1, $2)";
    }
    revocations {
        REVOCATION_INSERT = "INSERT INTO revocations (seq, kind, subject, recorded_at) VALUES ($1, $2, $3, $4)";
        REVOCATION_FROM = "SELECT seq, kind, subject, recorded_at FROM revocations WHERE seq >= $1 ORDER BY seq";
        REVOCATION_NEWEST = "SELECT seq, kind, subject, recorded_at FROM revocations ORDER BY seq DESC LIMIT 1";
        REVOCATION_SWEEP = "DELETE FROM revocations WHERE seq IN (SELECT r.seq FROM revocations r \
            WHERE r.recorded_at <= $1 AND r.seq < (SELECT MAX(n.seq) FROM revocations n) LIMIT $2)";
    }
    rate_limits {
        LIMIT_HIT = "INSERT INTO rate_limits (name, hits, expires_at) VALUES ($1, 1, $3) \
            ON CONFLICT (name) DO UPDATE SET \
            hits = CASE WHEN rate_limits.expires_at <= $2 THEN 1 ELSE rate_limits.hits + 1 END, \
            expires_at = CASE WHEN rate_limits.expires_at <= $2 THEN excluded.expires_at \
            ELSE rate_limits.expires_at END RETURNING hits";
        LIMIT_GIVE_BACK = "UPDATE rate_limits SET hits = hits - 1 WHERE name = $1 AND hits > 0 AND expires_at > $2";
        LIMIT_CLEAR = "DELETE FROM rate_limits WHERE name = $1";
        LIMIT_SWEEP = sweep!("rate_limits", "name", "expires_at");
    }
}
