//! Statements about what is asked for by mail.

use super::list::{Statement, statements};

statements! {
    address_proofs {
        ADDRESS_PROOF_PUT = "INSERT INTO address_proofs (user_id, hash, email, asked_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, \
            email = excluded.email, asked_at = excluded.asked_at, expires_at = excluded.expires_at";
        ADDRESS_PROOF_OF_USER = concat!("SELECT ", address_proof!(), " FROM address_proofs \
            WHERE user_id = $1 AND expires_at > $2");
        ADDRESS_PROOF_PEEK = concat!("SELECT ", address_proof!(), " FROM address_proofs \
            WHERE hash = $1 AND user_id = $2 AND expires_at > $3");
        ADDRESS_PROOF_TAKE = concat!("DELETE FROM address_proofs \
            WHERE hash = $1 AND user_id = $2 AND expires_at > $3 RETURNING ", address_proof!());
        ADDRESS_PROOF_DELETE = "DELETE FROM address_proofs WHERE user_id = $1";
        ADDRESS_PROOF_SWEEP = sweep!("address_proofs", "user_id", "expires_at");
    }
    mail_recoveries {
        MAIL_RECOVERY_PUT = "INSERT INTO mail_recoveries (id, stop_hash, user_id, email, asked_at, due_at, sent_at, \
            expires_at) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7) ON CONFLICT (user_id) DO UPDATE SET \
            id = excluded.id, stop_hash = excluded.stop_hash, email = excluded.email, asked_at = excluded.asked_at, \
            due_at = excluded.due_at, sent_at = NULL, expires_at = excluded.expires_at \
            WHERE mail_recoveries.expires_at <= excluded.asked_at";
        MAIL_RECOVERY_OF_USER = concat!("SELECT ", mail_recovery!(), " FROM mail_recoveries \
            WHERE user_id = $1 AND expires_at > $2");
        MAIL_RECOVERY_BY_ID = concat!("SELECT ", mail_recovery!(), " FROM mail_recoveries WHERE id = $1");
        MAIL_RECOVERY_PEEK = concat!("SELECT ", mail_recovery!(), " FROM mail_recoveries \
            WHERE stop_hash = $1 AND expires_at > $2");
        MAIL_RECOVERY_SEND = "UPDATE mail_recoveries SET sent_at = $2, expires_at = $3 WHERE id = $1 AND sent_at IS NULL";
        MAIL_RECOVERY_DELETE = "DELETE FROM mail_recoveries WHERE user_id = $1";
        MAIL_RECOVERY_SWEEP = sweep!("mail_recoveries", "id", "expires_at");
    }
    registrations {
        REGISTRATION_PUT = "INSERT INTO registrations (id, hash, email, email_key, person, reason, asked_at, \
            waits_since, expires_at) VALUES ($1, $2, $3, $4, '', '', $5, NULL, $6) ON CONFLICT (email_key) DO UPDATE SET \
            id = excluded.id, hash = excluded.hash, email = excluded.email, asked_at = excluded.asked_at, person = '', \
            reason = '', waits_since = NULL, expires_at = excluded.expires_at \
            WHERE registrations.id <> excluded.id \
            AND (registrations.waits_since IS NULL OR registrations.expires_at <= excluded.asked_at)";
        REGISTRATION_COUNT = "SELECT count(*) FROM registrations";
        REGISTRATION_PEEK = concat!("SELECT ", registration!(), " FROM registrations \
            WHERE hash = $1 AND waits_since IS NULL AND expires_at > $2");
        REGISTRATION_TAKE = concat!("DELETE FROM registrations \
            WHERE hash = $1 AND waits_since IS NULL AND expires_at > $2 RETURNING ", registration!());
        REGISTRATION_WAIT = concat!("UPDATE registrations SET person = $3, reason = $4, waits_since = $2, expires_at = $5 \
            WHERE hash = $1 AND waits_since IS NULL AND expires_at > $2 RETURNING ", registration!());
        REGISTRATION_WAITING = concat!("SELECT ", registration!(), " FROM registrations \
            WHERE waits_since IS NOT NULL AND expires_at > $1 ORDER BY waits_since, id LIMIT 1000");
        REGISTRATION_ANSWER = concat!("DELETE FROM registrations \
            WHERE id = $1 AND waits_since IS NOT NULL AND expires_at > $2 RETURNING ", registration!());
        REGISTRATION_SWEEP = sweep!("registrations", "id", "expires_at");
    }
}
