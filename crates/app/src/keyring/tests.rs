//! What root keys yield, one and several.

use super::*;
use doorstep_core::{model::RootKeyRecord, secret::TokenKind, time::Timestamp};

fn keyring(byte: u8) -> Keyring {
    Keyring::new(&KeySource::from(&key(byte))).unwrap()
}

fn key(byte: u8) -> RootKey {
    RootKey(Secret::new([byte; 32]))
}

/// Holds keys of these bytes, of which the database says that they came into force in this order; the last is only
/// offered.
fn ring_of(held: &[u8], in_force: &[u8], offered: Option<u8>) -> Result<Keyring, KeyError> {
    let keys = held.iter().map(|byte| key(*byte).text().expose().clone()).collect::<Vec<_>>().join("\n");
    let ring = Keyring::new(&KeySource::outside(keys.parse().unwrap()))?;
    let known = |byte: u8| keyring(byte).held().remove(0);
    let now = Timestamp::from_seconds(1_800_000_000);
    let records = (1..).zip(in_force.iter().copied().chain(offered)).map(|(number, byte)| RootKeyRecord {
        generation: KeyGeneration::from_number(number).unwrap(),
        id: known(byte),
        offered_at: now,
        in_force_at: (Some(byte) != offered).then_some(now),
        resealed_at: None,
        finished_at: None,
    });
    ring.arrange(&RootKeyRecords::new(records.collect()))?;
    Ok(ring)
}

#[test]
fn client_secrets_are_stable_and_distinct() {
    let (a, b): (ClientId, ClientId) = ("grafana".parse().unwrap(), "forgejo".parse().unwrap());
    let ring = keyring(1);
    let first = ring.client_secret(&a, 1).unwrap();
    assert_eq!(first.expose().len(), 43);
    assert!(keyring(1).client_secret(&a, 1).unwrap().matches(first.expose().as_bytes()));
    for other in [ring.client_secret(&a, 2), ring.client_secret(&b, 1), keyring(2).client_secret(&a, 1)] {
        assert!(!other.unwrap().matches(first.expose().as_bytes()));
    }
    assert!(!ring.app_secret(&a, "1", KeyGeneration::FIRST).unwrap().matches(first.expose().as_bytes()));
}

#[test]
fn a_former_address_is_told_again_and_by_nobody_else() {
    let former = |ring: u8, address| keyring(ring).former_addresses(address).unwrap().remove(0);
    assert_eq!(former(1, "ada@example.org"), former(1, "ada@example.org"));
    assert_ne!(former(1, "ada@example.org"), former(1, "eve@example.org"));
    assert_ne!(former(1, "ada@example.org"), former(2, "ada@example.org"));
    assert!(!former(1, "ada@example.org").contains("ada"));
}

#[test]
fn a_declaration_is_told_again_and_cannot_be_tried_out() {
    let of = |ring: u8, declared| keyring(ring).declaration(declared).unwrap();
    assert_eq!(of(1, "a"), of(1, "a"));
    assert_ne!(of(1, "a"), of(1, "b"));
    assert_ne!(of(1, "a"), of(2, "a"));
}

#[test]
fn a_sealed_row_opens_only_in_its_place() {
    let (ring, mut entropy) = (keyring(1), Entropy::seeded(2));
    let sealed = ring.seal(Sealed::SigningKey, "signing_keys/k1", b"private", &mut entropy).unwrap();
    assert_eq!(ring.open(Sealed::SigningKey, "signing_keys/k1", &sealed).unwrap().expose(), b"private");
    let mut changed = sealed.clone();
    changed.replace_range(20..21, if &sealed[20..21] == "A" { "B" } else { "A" });
    for (what, context, text, ring) in [
        (Sealed::SigningKey, "signing_keys/k2", sealed.as_str(), keyring(1)),
        (Sealed::RelayState, "signing_keys/k1", &sealed, keyring(1)),
        (Sealed::SigningKey, "signing_keys/k1", &sealed, keyring(2)),
        (Sealed::SigningKey, "signing_keys/k1", &changed, keyring(1)),
        (Sealed::SigningKey, "signing_keys/k1", "AAAA", keyring(1)),
        (Sealed::SigningKey, "signing_keys/k1", "", keyring(1)),
    ] {
        assert!(ring.open(what, context, text).is_err(), "{what:?} {context}");
    }
}

#[test]
fn refresh_successors_repeat_and_chain() {
    let ring = keyring(1);
    let first = Token::random(TokenKind::Refresh, &mut Entropy::seeded(1));
    let successor = |of: &Token, salt| ring.refresh_successor(&of.hash(), salt).unwrap();
    let second = successor(&first, "a");
    assert_eq!(second.expose(), successor(&first, "a").expose());
    assert_ne!(second.expose(), successor(&first, "b").expose());
    assert_ne!(second.expose(), successor(&second, "a").expose());
    assert_ne!(second.expose(), keyring(2).refresh_successor(&first.hash(), "a").unwrap().expose());
    assert!(Token::parse(TokenKind::Refresh, second.expose()).is_some());
}

#[test]
fn the_database_and_not_the_order_in_a_file_says_which_key_is_in_force() {
    let mut entropy = Entropy::seeded(3);
    for (held, in_force, offered, under) in [
        (&[1, 2][..], &[1][..], None, 1),
        (&[2, 1], &[1], None, 1),
        (&[2, 1], &[1], Some(2), 1),
        (&[1, 2], &[1, 2], None, 2),
        (&[3, 2, 1], &[1, 2], Some(3), 2),
    ] {
        let ring = ring_of(held, in_force, offered).unwrap();
        let sealed = ring.seal(Sealed::Interaction, "x", b"plain", &mut entropy).unwrap();
        assert_eq!(ring.opened(Sealed::Interaction, "x", &sealed).unwrap().0, keyring(under).held()[0]);
        assert!(keyring(under).open(Sealed::Interaction, "x", &sealed).is_ok(), "{held:?} {in_force:?}");
    }
}

#[test]
fn a_server_without_a_key_that_was_in_force_is_refused_and_goes_on_as_before() {
    for (held, in_force, offered, lacking) in [
        (&[1][..], &[1, 2][..], None, Some(2)),
        (&[2], &[1, 2], None, Some(1)),
        (&[3], &[1], None, Some(1)),
        (&[1], &[1], Some(2), None),
    ] {
        let refused = match ring_of(held, in_force, offered) {
            Err(KeyError::Lacking { generation, .. }) => Some(generation.number()),
            Err(error) => panic!("{error}"),
            Ok(_) => None,
        };
        assert_eq!(refused, lacking, "{held:?} {in_force:?}");
    }
    let ring = ring_of(&[1], &[1], Some(2)).unwrap();
    let before = ring.root_keys();
    let further = ring_of(&[2, 1], &[1, 2], None).unwrap().root_keys();
    assert!(ring.arrange(&further).is_err());
    assert_eq!((ring.root_keys(), ring.generation()), (before, KeyGeneration::FIRST));
    ring.take_in(&key(2).text().expose().parse().unwrap()).unwrap();
    ring.arrange(&further).unwrap();
    assert_eq!((ring.generation().number(), ring.held().len()), (2, 2), "no key was let go of");
}

#[test]
fn a_key_that_is_written_down_no_longer_is_let_go_of_when_the_database_does_not_know_it() {
    let ring = ring_of(&[4, 3, 2, 1], &[1], Some(2)).unwrap();
    let id = |byte| keyring(byte).held().remove(0);
    assert_eq!(ring.spares(), [id(3), id(4)], "the older one is offered first");
    ring.take_in(&key(3).text().expose().parse().unwrap()).unwrap();
    assert_eq!(ring.held(), [id(3), id(2), id(1)], "nor is one that is only offered let go of");
    assert_eq!(ring.spares(), [id(3)]);
}

#[test]
fn what_an_earlier_key_made_opens_and_is_derived_as_before() {
    let (before, mut entropy) = (keyring(1), Entropy::seeded(4));
    let app: ClientId = "wiki".parse().unwrap();
    let second = KeyGeneration::from_number(2).unwrap();
    let ring = ring_of(&[2, 1], &[1, 2], None).unwrap();
    let same = |a: Result<Secret<String>, KeyError>, b: Result<Secret<String>, KeyError>| {
        a.unwrap().matches(b.unwrap().expose().as_bytes())
    };
    assert!(same(ring.client_secret(&app, 1), before.client_secret(&app, 1)));
    let new = SecretVersion { number: 1, key: second };
    assert!(!same(ring.client_secret(&app, new), before.client_secret(&app, 1)));
    assert!(same(ring.client_secret(&app, new), keyring(2).client_secret(&app, 1)));
    assert!(same(ring.app_secret(&app, "K", KeyGeneration::FIRST), before.app_secret(&app, "K", KeyGeneration::FIRST)));
    assert!(!same(ring.app_secret(&app, "K", second), before.app_secret(&app, "K", KeyGeneration::FIRST)));
    assert_eq!(ring.declaration("a").unwrap(), before.declaration("a").unwrap());
    let both = [keyring(2).former_addresses("a@b").unwrap(), before.former_addresses("a@b").unwrap()].concat();
    assert_eq!(ring.former_addresses("a@b").unwrap(), both, "the one in force first");
    let hash = Token::random(TokenKind::Refresh, &mut entropy).hash();
    let texts = |ring: &Keyring| -> Vec<String> {
        ring.refresh_successors(&hash, "s").unwrap().iter().map(|token| token.expose().to_owned()).collect()
    };
    assert_eq!(texts(&ring), [texts(&keyring(2)), texts(&before)].concat());
    assert_eq!(ring.delivery_keys().unwrap().len(), 2);
    assert!(matches!(
        ring.client_secret(&app, SecretVersion { number: 1, key: KeyGeneration::from_number(3).unwrap() }),
        Err(KeyError::Unknown(_))
    ));
}

#[test]
fn what_is_sealed_anew_holds_the_same_and_is_sealed_once() {
    let (before, mut entropy) = (keyring(1), Entropy::seeded(5));
    let ring = ring_of(&[2, 1], &[1, 2], None).unwrap();
    let place = (Sealed::ProviderSecret, "bindings/x/wiki");
    let sealed = before.seal(place.0, place.1, b"secret", &mut entropy).unwrap();
    let anew = ring.sealed_anew(place, &sealed, &mut entropy).unwrap().unwrap();
    assert_eq!(ring.open(place.0, place.1, &anew).unwrap().expose(), b"secret");
    assert!(before.open(place.0, place.1, &anew).is_err(), "the earlier key does not open it");
    assert_eq!(ring.sealed_anew(place, &anew, &mut entropy).unwrap(), None);
    assert!(ring.sealed_anew((place.0, "bindings/x/other"), &sealed, &mut entropy).is_err());
}

#[test]
fn a_check_of_a_key_is_its_own_and_tells_nothing_of_it() {
    let ids: Vec<_> = (1..4).map(|byte| keyring(byte).held().remove(0)).collect();
    assert!(ids[0] == keyring(1).held()[0] && ids[0] != ids[1] && ids[1] != ids[2]);
    for (byte, id) in (1..).zip(&ids) {
        assert!(!key(byte).text().expose().contains(id.as_str()));
    }
}
