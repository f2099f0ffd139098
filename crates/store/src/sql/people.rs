//! Statements about what a person is and proves.

use super::list::{Statement, statements};

statements! {
    users {
        USER_INSERT = "INSERT INTO users (id, name, user_handle, display_name, email, email_verified, disabled_at, \
            created_at, updated_at, email_key, given_name, family_name, ends_at, \
            language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        USER_BY_ID = concat!("SELECT ", user!(), " FROM users u WHERE u.id = $1");
        USER_BY_NAME = concat!("SELECT ", user!(), " FROM users u WHERE u.name = $1");
        USER_BY_EMAIL = concat!("SELECT ", user!(), " FROM users u WHERE u.email_key = $1");
        USER_LOCK = "UPDATE users SET name = name WHERE id = $1";
        USER_LOCK_ACTIVE = "UPDATE users SET name = name WHERE id = $1 AND disabled_at IS NULL \
            AND (ends_at IS NULL OR ends_at > $2)";
        USER_BY_HANDLE = concat!("SELECT ", user!(), " FROM users u WHERE u.user_handle = $1");
        USER_ANY = "SELECT 1 FROM users LIMIT 1";
        USER_NAMES = "SELECT name FROM users ORDER BY name";
        USER_PRINCIPAL = concat!("SELECT ", principal!(), " FROM users u WHERE u.id = $1");
        USER_PEOPLE = concat!("SELECT ", principal!(), ", (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id), \
            (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) \
            FROM users u WHERE u.name > $1 ORDER BY u.name LIMIT $2");
        USER_HANDLE = "SELECT user_handle FROM users WHERE id = $1";
        USER_UPDATE_PROFILE = "UPDATE users SET display_name = $2, email = $3, email_verified = $4, updated_at = $5, \
            email_key = $6, name = $7, given_name = $8, family_name = $9 WHERE id = $1";
        USER_NAME = "SELECT name FROM users WHERE id = $1";
        USER_DELETE = "DELETE FROM users WHERE id = $1";
        USER_SET_DISABLED = "UPDATE users SET disabled_at = $2, updated_at = $3 WHERE id = $1";
        USER_SET_END = "UPDATE users SET ends_at = $2, updated_at = $3 WHERE id = $1";
        USER_OVER = concat!("SELECT ", user!(), " FROM users u WHERE u.ends_at <= $1 AND u.disabled_at IS NULL \
            ORDER BY u.ends_at, u.id LIMIT $2");
        USER_SET_LANGUAGE = "UPDATE users SET language = $2 WHERE id = $1";
        USER_SET_PASSWORD = "UPDATE users SET password = $2, password_changed_at = $3 WHERE id = $1";
        USER_ENROLLED = concat!("SELECT ", enrolled!(), ", u.disabled_at IS NULL, u.ends_at FROM users u \
            WHERE u.name = $1");
        USER_ENROLLED_BY_ID = concat!("SELECT ", enrolled!(), " FROM users u WHERE u.id = $1");
        USER_PASSWORD = "SELECT password FROM users WHERE id = $1 AND password IS NOT NULL";
    }
    former_identifiers {
        FORMER_PUT = "INSERT INTO former_identifiers (kind, identifier, user_id, freed_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (kind, identifier) DO UPDATE SET user_id = excluded.user_id, freed_at = excluded.freed_at";
        FORMER_GET = "SELECT user_id, freed_at FROM former_identifiers WHERE kind = $1 AND identifier = $2";
        FORMER_COUNT = "SELECT count(*) FROM former_identifiers WHERE kind = $1";
        FORMER_DELETE = "DELETE FROM former_identifiers WHERE kind = $1 AND identifier = $2";
    }
    user_groups {
        GROUP_ENSURE = "INSERT INTO user_groups (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        GROUP_LIST = "SELECT g.name, (SELECT count(*) FROM memberships m WHERE m.group_name = g.name \
            AND (m.ends_at IS NULL OR m.ends_at > $1)) FROM user_groups g ORDER BY g.name";
    }
    memberships {
        MEMBER_ADD = "INSERT INTO memberships (user_id, group_name, source, ends_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (user_id, group_name) DO UPDATE SET source = excluded.source, ends_at = excluded.ends_at \
            WHERE (excluded.source = 'config' AND memberships.source <> 'config') \
            OR (excluded.source = 'console' AND memberships.source LIKE 'upstream:%') \
            OR (excluded.source = 'console' AND memberships.source = 'console' \
                AND excluded.ends_at IS DISTINCT FROM memberships.ends_at)";
        MEMBER_ADD_BY_UPSTREAM = "INSERT INTO memberships (user_id, group_name, source) \
            SELECT CAST($1 AS TEXT), g.name, CAST($3 AS TEXT) FROM user_groups g WHERE g.name = $2 \
            ON CONFLICT (user_id, group_name) DO UPDATE SET source = excluded.source, ends_at = NULL \
            WHERE memberships.ends_at <= $4";
        MEMBER_OVER = "SELECT user_id, group_name FROM memberships WHERE ends_at <= $1 \
            ORDER BY ends_at, user_id, group_name LIMIT $2";
        MEMBER_REMOVE_OVER = "DELETE FROM memberships WHERE user_id = $1 AND group_name = $2 AND ends_at <= $3";
        MEMBER_OF_SOURCE = "SELECT group_name FROM memberships WHERE user_id = $1 AND source = $2 ORDER BY group_name";
        MEMBER_REMOVE = "DELETE FROM memberships WHERE user_id = $1 AND group_name = $2";
        MEMBER_CONFIGURED = "SELECT u.name, m.group_name FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.source = 'config' ORDER BY u.name, m.group_name";
        MEMBER_ACTIVE = "SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.group_name = $1 AND u.disabled_at IS NULL AND (u.ends_at IS NULL OR u.ends_at > $2) \
            AND (m.ends_at IS NULL OR m.ends_at > $2) LIMIT 1";
        MEMBER_ENROLLED = concat!("SELECT ", enrolled!(), " FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.group_name = $1 AND u.disabled_at IS NULL AND u.ends_at IS NULL AND m.ends_at IS NULL \
            ORDER BY u.name");
    }
    passkeys {
        PASSKEY_INSERT = concat!("INSERT INTO passkeys (", passkey!(), ") \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (credential_id) DO NOTHING");
        PASSKEY_BY_CREDENTIAL = concat!("SELECT ", passkey!(), " FROM passkeys WHERE credential_id = $1");
        PASSKEY_OF_USER = concat!("SELECT ", passkey!(), " FROM passkeys WHERE user_id = $1 ORDER BY created_at, id");
        PASSKEY_RECORD_USE = "UPDATE passkeys SET sign_count = $3, backed_up = $4, credential = $5, last_used_at = $6 \
            WHERE id = $1 AND sign_count = $2";
        PASSKEY_RENAME = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2";
        PASSKEY_DELETE = "DELETE FROM passkeys WHERE id = $1 AND user_id = $2";
        PASSKEY_NAME_HOST = "UPDATE passkeys SET rp_id = $1 WHERE rp_id = ''";
        PASSKEY_HOSTS = "SELECT DISTINCT rp_id FROM passkeys WHERE rp_id <> '' ORDER BY rp_id";
        PASSKEY_OF_HOST = "SELECT 1 FROM passkeys p JOIN users u ON u.id = p.user_id \
            WHERE p.rp_id = $1 AND u.disabled_at IS NULL LIMIT 1";
        PASSKEY_WITHOUT_PRESENT = "SELECT u.name, p.rp_id FROM passkeys p JOIN users u ON u.id = p.user_id \
            WHERE p.rp_id <> '' AND p.rp_id <> $1 AND u.disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM passkeys n \
            WHERE n.user_id = u.id AND (n.rp_id = $1 OR n.rp_id = '')) GROUP BY u.name, p.rp_id ORDER BY u.name, p.rp_id";
        PASSKEY_DELETE_OTHERS = "DELETE FROM passkeys WHERE user_id = $1 AND id <> $2 RETURNING id";
    }
    totp_keys {
        TOTP_INSERT = concat!("INSERT INTO totp_keys (", totp_key!(), ", sealed, last_step) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)");
        TOTP_OF_USER = concat!("SELECT ", totp_key!(), ", sealed FROM totp_keys WHERE user_id = $1 \
            ORDER BY created_at, id");
        TOTP_USE = "UPDATE totp_keys SET last_step = $2, last_used_at = $3 \
            WHERE id = $1 AND last_step < $2 AND (told_step IS NULL OR told_step <> $2)";
        TOTP_TOLD = "UPDATE totp_keys SET told_step = $2 WHERE id = $1";
        TOTP_DELETE = "DELETE FROM totp_keys WHERE id = $1 AND user_id = $2";
        TOTP_DELETE_OF_USER = "DELETE FROM totp_keys WHERE user_id = $1";
        TOTP_SEALED = "SELECT id, sealed FROM totp_keys ORDER BY id";
        TOTP_RESEAL = "UPDATE totp_keys SET sealed = $3 WHERE id = $1 AND sealed = $2";
    }
    challenges {
        CHALLENGE_INSERT = "INSERT INTO challenges (id, purpose, browser_hash, state, expires_at) \
            VALUES ($1, $2, $3, $4, $5)";
        CHALLENGE_TAKE = "DELETE FROM challenges WHERE id = $1 RETURNING id, purpose, browser_hash, state, expires_at";
        CHALLENGE_SWEEP = sweep!("challenges", "id", "expires_at");
    }
    links {
        LINK_INSERT = concat!("INSERT INTO links (", link!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6)");
        LINK_PEEK = concat!("SELECT ", link!(), " FROM links WHERE hash = $1");
        LINK_CONSUME = concat!("UPDATE links SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", link!());
        LINK_VOID_OF_USER = "UPDATE links SET consumed_at = $2 WHERE user_id = $1 AND consumed_at IS NULL";
        LINK_VOID_OF_USER_PURPOSE = "UPDATE links SET consumed_at = $3 \
            WHERE user_id = $1 AND purpose = $2 AND consumed_at IS NULL";
        LINK_VOID_PURPOSE = "UPDATE links SET consumed_at = $2 WHERE purpose = $1 AND consumed_at IS NULL";
        LINK_SWEEP = sweep!("links", "hash", "expires_at");
    }
    invitations {
        INVITE_INSERT = concat!("INSERT INTO invitations (", invite!(), ", hash) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
        INVITE_PEEK = concat!("SELECT ", invite!(), " FROM invitations WHERE hash = $1");
        INVITE_USE = concat!("UPDATE invitations SET used = used + 1 WHERE hash = $1 AND used < places \
            AND ended_at IS NULL AND expires_at > $2 RETURNING ", invite!());
        INVITE_OPEN = concat!("SELECT ", invite!(), " FROM invitations WHERE expires_at > $1 AND used < places \
            AND ended_at IS NULL ORDER BY expires_at, id LIMIT 1000");
        INVITE_END = concat!("UPDATE invitations SET ended_at = $2 WHERE id = $1 AND used < places \
            AND ended_at IS NULL AND expires_at > $2 RETURNING ", invite!());
        INVITE_SWEEP = sweep!("invitations", "id", "expires_at");
    }
    recovery_codes {
        RECOVERY_CODE_INSERT = "INSERT INTO recovery_codes (hash, user_id, made_at) VALUES ($1, $2, $3)";
        RECOVERY_CODE_PEEK = "SELECT user_id, used_at FROM recovery_codes WHERE hash = $1";
        RECOVERY_CODE_USE = "UPDATE recovery_codes SET used_at = $3 \
            WHERE hash = $1 AND user_id = $2 AND used_at IS NULL";
        RECOVERY_KIT = "SELECT MIN(made_at), count(*) - count(used_at) FROM recovery_codes WHERE user_id = $1 \
            GROUP BY user_id";
        RECOVERY_KIT_DELETE = "DELETE FROM recovery_codes WHERE user_id = $1";
    }
    linked_identities {
        IDENTITY_INSERT = concat!("INSERT INTO linked_identities (", identity!(), ") \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (upstream, issuer, subject) DO NOTHING");
        IDENTITY_BY_SUBJECT = concat!("SELECT ", identity!(), " FROM linked_identities \
            WHERE upstream = $1 AND issuer = $2 AND subject = $3");
        IDENTITY_OF_USER = concat!("SELECT ", identity!(), " FROM linked_identities WHERE user_id = $1 \
            ORDER BY linked_at, id");
        IDENTITY_TOUCH = "UPDATE linked_identities SET last_used_at = $3 WHERE id = $1 AND user_id = $2";
        IDENTITY_DELETE_OF_USER = "DELETE FROM linked_identities WHERE user_id = $1";
        IDENTITY_DELETE = "DELETE FROM linked_identities WHERE id = $1 AND user_id = $2";
    }
    known_browsers {
        BROWSER_SEEN = "UPDATE known_browsers SET seen_at = $2 WHERE hash = $1";
        BROWSER_COUNT = "SELECT count(*) FROM known_browsers WHERE user_id = $1";
        BROWSER_INSERT = "INSERT INTO known_browsers (hash, user_id, seen_at) VALUES ($1, $2, $3) \
            ON CONFLICT (hash) DO NOTHING";
        BROWSER_DELETE_OLDEST = "DELETE FROM known_browsers WHERE user_id = $1 AND hash NOT IN \
            (SELECT hash FROM known_browsers WHERE user_id = $1 ORDER BY seen_at DESC, hash LIMIT $2)";
        BROWSER_SWEEP = sweep!("known_browsers", "hash", "seen_at");
    }
    sign_ins_away {
        AWAY_INSERT = "INSERT INTO sign_ins_away (hash, upstream, browser_hash, sealed, expires_at) \
            VALUES ($1, $2, $3, $4, $5)";
        AWAY_TAKE = "DELETE FROM sign_ins_away WHERE hash = $1 RETURNING upstream, browser_hash, sealed, expires_at";
        AWAY_SWEEP = sweep!("sign_ins_away", "hash", "expires_at");
    }
    program_tokens {
        PROGRAM_TOKEN_INSERT = "INSERT INTO program_tokens (id, hash, user_id, label, read_only, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        PROGRAM_TOKEN_WITH_PRINCIPAL = concat!("SELECT ", program_token!(), ", ", principal!(),
            " FROM program_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1");
        PROGRAM_TOKEN_BY_ID = concat!("SELECT ", program_token!(), ", t.hash FROM program_tokens t WHERE t.id = $1");
        PROGRAM_TOKEN_PAGE = concat!("SELECT ", program_token!(), ", u.name FROM program_tokens t \
            JOIN users u ON u.id = t.user_id WHERE t.id > $1 ORDER BY t.id LIMIT $2");
        PROGRAM_TOKEN_OF_USER = concat!("SELECT ", program_token!(), " FROM program_tokens t WHERE t.user_id = $1 \
            ORDER BY t.created_at, t.id");
        PROGRAM_TOKEN_COUNT = "SELECT count(*) FROM program_tokens WHERE user_id = $1 AND expires_at > $2";
        PROGRAM_TOKEN_ENDING = concat!("SELECT ", program_token!(), ", u.name FROM program_tokens t \
            JOIN users u ON u.id = t.user_id WHERE t.expires_at > $1 AND t.expires_at <= $2 \
            ORDER BY t.expires_at, t.id LIMIT 1000");
        PROGRAM_TOKEN_TOUCH = "UPDATE program_tokens SET last_used_at = $2 \
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
        PROGRAM_TOKEN_DELETE = "DELETE FROM program_tokens WHERE id = $1";
        PROGRAM_TOKEN_SWEEP = sweep!("program_tokens", "id", "expires_at");
    }
    access_requests {
        REQUEST_PUT = "INSERT INTO access_requests (user_id, app_name, reason, asked_at, refused_at, expires_at) \
            VALUES ($1, $2, $3, $4, NULL, $5) ON CONFLICT (user_id, app_name) DO UPDATE SET \
            reason = excluded.reason, asked_at = excluded.asked_at, refused_at = NULL, expires_at = excluded.expires_at \
            WHERE access_requests.expires_at <= excluded.asked_at";
        REQUEST_GET = concat!("SELECT ", access_request!(), " FROM access_requests r \
            WHERE r.user_id = $1 AND r.app_name = $2");
        REQUEST_COUNT = "SELECT count(*) FROM access_requests WHERE user_id = $1 AND expires_at > $2";
        REQUEST_OPEN = concat!("SELECT ", access_request!(), ", ", principal!(), " FROM access_requests r \
            JOIN users u ON u.id = r.user_id WHERE r.refused_at IS NULL AND r.expires_at > $1 \
            AND u.disabled_at IS NULL ORDER BY r.asked_at, r.user_id, r.app_name LIMIT 1000");
        REQUEST_REFUSE = "UPDATE access_requests SET refused_at = $3, expires_at = $4 \
            WHERE user_id = $1 AND app_name = $2 AND refused_at IS NULL AND expires_at > $3";
        REQUEST_DELETE = "DELETE FROM access_requests WHERE user_id = $1 AND app_name = $2";
        REQUEST_SWEEP = "DELETE FROM access_requests WHERE (user_id, app_name) IN \
            (SELECT user_id, app_name FROM access_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    }
    program_token_apps {
        PROGRAM_TOKEN_APP_INSERT = "INSERT INTO program_token_apps (token_id, app_name) VALUES ($1, $2)";
    }
}
