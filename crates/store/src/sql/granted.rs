//! Statements about what people were given: sessions, requests that wait, consent, grants, codes and tokens.

use super::list::{Statement, statements};

statements! {
    sessions {
        SESSION_INSERT = "INSERT INTO sessions (hash, id, user_id, auth_time, amr, created_at, last_seen_at, \
            expires_at, ip, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        SESSION_BY_HASH = concat!("SELECT ", session!(), " FROM sessions s WHERE s.hash = $1");
        SESSION_LOCK = "UPDATE sessions SET auth_time = auth_time WHERE id = $1";
        SESSION_BY_ID = concat!("SELECT ", session!(), " FROM sessions s WHERE s.id = $1");
        SESSION_WITH_PRINCIPAL = concat!("SELECT ", session!(), ", ", principal!(),
            " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1");
        SESSION_TOUCH_SOME = concat!("WITH used (id, at) AS (VALUES ",
            used!(1, 2), ", ", used!(3, 4), ", ", used!(5, 6), ", ", used!(7, 8), ", ",
            used!(9, 10), ", ", used!(11, 12), ", ", used!(13, 14), ", ", used!(15, 16), ", ",
            used!(17, 18), ", ", used!(19, 20), ", ", used!(21, 22), ", ", used!(23, 24), ", ",
            used!(25, 26), ", ", used!(27, 28), ", ", used!(29, 30), ", ", used!(31, 32),
            ") \
            UPDATE sessions SET last_seen_at = used.at FROM used \
            WHERE sessions.id = used.id AND sessions.last_seen_at < used.at");
        SESSION_PAGE_OF_USER = concat!("SELECT ", session!(), " FROM sessions s WHERE s.user_id = $1 \
            AND (s.created_at, s.id) > ($2, $3) ORDER BY s.created_at, s.id LIMIT $4");
        SESSION_DELETE = "DELETE FROM sessions WHERE id = $1";
        SESSION_OF_USER = concat!("SELECT ", session!(), ", s.ip, s.agent FROM sessions s WHERE s.user_id = $1 \
            ORDER BY s.created_at, s.id");
        SESSION_DELETE_OF_USER = "DELETE FROM sessions WHERE user_id = $1 RETURNING id";
        SESSION_DELETE_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id";
        SESSION_SWEEP = sweep!("sessions", "id", "expires_at");
    }
    app_sessions {
        APP_SESSION_INSERT = "INSERT INTO app_sessions (hash, session_id, user_id, app_name, host, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO NOTHING";
        APP_SESSION_WITH_PRINCIPAL = concat!("SELECT ", app_session!(), ", ", session!(), ", ", principal!(),
            " FROM app_sessions a JOIN sessions s ON s.id = a.session_id JOIN users u ON u.id = a.user_id \
            WHERE a.hash = $1");
        APP_SESSION_DELETE = "DELETE FROM app_sessions WHERE hash = $1";
        APP_SESSION_APPS_OF_USER = "SELECT DISTINCT app_name FROM app_sessions WHERE user_id = $1 ORDER BY app_name";
        APP_SESSION_DELETE_OF_APP = "DELETE FROM app_sessions WHERE app_name = $1";
        APP_SESSION_SWEEP = sweep!("app_sessions", "hash", "expires_at");
    }
    relay_codes {
        RELAY_INSERT = "INSERT INTO relay_codes (hash, session_id, user_id, app_name, host, browser_hash, return_path, \
            expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        RELAY_CONSUME = "UPDATE relay_codes SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 \
            RETURNING session_id, user_id, app_name, host, browser_hash, return_path, expires_at";
        RELAY_LOOK = "SELECT session_id, user_id, app_name, host, browser_hash, return_path, expires_at \
            FROM relay_codes WHERE hash = $1";
        RELAY_SWEEP = sweep!("relay_codes", "hash", "expires_at");
    }
    interactions {
        INTERACTION_INSERT = "INSERT INTO interactions (id, client_id, browser_hash, params, created_at, signed_in_at, \
            consented, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        INTERACTION_GET = "SELECT id, client_id, browser_hash, params, created_at, signed_in_at, consented, expires_at \
            FROM interactions WHERE id = $1 AND expires_at > $2";
        INTERACTION_OF_BROWSER = "SELECT id FROM interactions WHERE browser_hash = $1 LIMIT 1";
        INTERACTION_SET_CONSENTED = "UPDATE interactions SET consented = TRUE WHERE id = $1";
        INTERACTION_DELETE = "DELETE FROM interactions WHERE id = $1";
        INTERACTION_KEEP_NEWEST = "DELETE FROM interactions WHERE browser_hash = $1 AND id NOT IN \
            (SELECT id FROM interactions WHERE browser_hash = $1 ORDER BY created_at DESC, id DESC LIMIT $2)";
        INTERACTION_SWEEP = sweep!("interactions", "id", "expires_at");
    }
    consents {
        CONSENT_GET = concat!("SELECT ", consent!(), " FROM consents WHERE user_id = $1 AND client_id = $2");
        CONSENT_PUT = "INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at";
        CONSENT_DELETE = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";
        CONSENT_OF_USER = concat!("SELECT ", consent!(), " FROM consents WHERE user_id = $1 ORDER BY client_id");
    }
    grants {
        GRANT_INSERT = "INSERT INTO grants (id, subject, user_id, client_id, session_id, scopes, nonce, auth_time, amr, \
            offline, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        GRANT_BY_ID = concat!("SELECT ", grant!(), " FROM grants g WHERE g.id = $1");
        GRANT_WITH_PRINCIPAL = concat!("SELECT ", grant!(), ", ", principal!(),
            ", ", session_alive!(), " FROM grants g LEFT JOIN users u ON u.id = g.user_id WHERE g.id = $1");
        GRANT_REVOKE = "UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_SESSION = "UPDATE grants SET revoked_at = $2 \
            WHERE session_id = $1 AND offline = FALSE AND revoked_at IS NULL";
        GRANT_REVOKE_OF_USER_CLIENT = "UPDATE grants SET revoked_at = $3 \
            WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_USER = "UPDATE grants SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
        GRANT_REVOKE_OTHERS = "UPDATE grants SET revoked_at = $3 \
            WHERE user_id = $1 AND session_id <> $2 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_CLIENT = "UPDATE grants SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL";
        GRANT_CLIENTS_EVER_OF_USER = "SELECT DISTINCT client_id FROM (SELECT client_id FROM grants WHERE user_id = $1 \
            UNION SELECT client_id FROM consents WHERE user_id = $1) page ORDER BY client_id";
        GRANT_CLIENTS_OF_USER = "SELECT client_id, MIN(created_at), \
            CAST(MAX(CASE WHEN offline THEN 1 ELSE 0 END) AS BIGINT) \
            FROM grants WHERE user_id = $1 AND revoked_at IS NULL GROUP BY client_id ORDER BY client_id";
        GRANT_SWEEP = "DELETE FROM grants WHERE id IN (SELECT g.id FROM grants g WHERE g.created_at <= $1 \
            AND NOT EXISTS (SELECT 1 FROM authorization_codes c WHERE c.grant_id = g.id) \
            AND NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.grant_id = g.id) \
            AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.grant_id = g.id) LIMIT $2)";
    }
    authorization_codes {
        CODE_INSERT = concat!("INSERT INTO authorization_codes (", code!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6)");
        CODE_CONSUME = concat!("UPDATE authorization_codes SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", code!());
        CODE_GET = concat!("SELECT ", code!(), " FROM authorization_codes WHERE hash = $1");
        CODE_DELETE_OF_USER = "DELETE FROM authorization_codes WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.user_id = $1)";
        CODE_DELETE_OF_CLIENT = "DELETE FROM authorization_codes WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.client_id = $1)";
        CODE_SWEEP = sweep!("authorization_codes", "hash", "expires_at");
    }
    device_requests {
        DEVICE_INSERT = "INSERT INTO device_requests (id, device_hash, code_hash, client_id, scopes, ip, agent, \
            created_at, expires_at, pause) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        DEVICE_BY_CODE = concat!("SELECT ", device_request!(), " FROM device_requests WHERE code_hash = $1");
        DEVICE_BY_DEVICE = concat!("SELECT ", device_request!(), " FROM device_requests WHERE device_hash = $1");
        DEVICE_ANSWER = "UPDATE device_requests SET answered_at = $2, user_id = $3, session_id = $4, auth_time = $5, \
            amr = $6 WHERE id = $1 AND answered_at IS NULL AND expires_at > $2";
        DEVICE_POLLED = "UPDATE device_requests SET polled_at = $2, pause = $3 WHERE id = $1";
        DEVICE_USE = "UPDATE device_requests SET used_at = $2 \
            WHERE id = $1 AND user_id IS NOT NULL AND used_at IS NULL AND expires_at > $2";
        DEVICE_SWEEP = sweep!("device_requests", "id", "expires_at");
    }
    access_tokens {
        ACCESS_INSERT = "INSERT INTO access_tokens (hash, grant_id, scopes, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5)";
        ACCESS_WITH_PRINCIPAL = concat!("SELECT t.grant_id, t.scopes, t.created_at, t.expires_at, ", grant!(), ", ",
            principal!(), ", ", session_alive!(), " FROM access_tokens t JOIN grants g ON g.id = t.grant_id \
            LEFT JOIN users u ON u.id = g.user_id \
            WHERE t.hash = $1");
        ACCESS_DELETE = "DELETE FROM access_tokens WHERE hash = $1";
        ACCESS_SWEEP = sweep!("access_tokens", "hash", "expires_at");
    }
    refresh_tokens {
        REFRESH_INSERT = concat!("INSERT INTO refresh_tokens (", refresh!(), ", hash) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)");
        REFRESH_CONSUME = concat!("UPDATE refresh_tokens SET consumed_at = $2, successor_salt = $3 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", refresh!());
        REFRESH_GET = concat!("SELECT ", refresh!(), " FROM refresh_tokens WHERE hash = $1");
        REFRESH_DELETE_OF_USER = "DELETE FROM refresh_tokens WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.user_id = $1)";
        REFRESH_DELETE_OF_CLIENT = "DELETE FROM refresh_tokens WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.client_id = $1)";
        REFRESH_SWEEP = sweep!("refresh_tokens", "hash", "expires_at");
    }
}
