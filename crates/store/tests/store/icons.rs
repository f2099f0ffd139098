//! The icons of apps: one an app, found by its name, and gone with the app.

use crate::instance::{NOW, app};
use doorstep_core::model::{Icon, IconKind, IconSource};
use doorstep_store::{apps, icons, testing};

fn icon(kind: IconKind, content: &[u8]) -> Icon {
    Icon { kind, bytes: content.to_vec() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_icon_comes_back_byte_for_byte_and_another_takes_its_place() {
    for instance in testing::both().await {
        let (wiki, photos) = (app("wiki"), app("photos"));
        let every: Vec<u8> = (0..=255).collect();
        let (first, second) = (icon(IconKind::Png, &every), icon(IconKind::Svg, b"<svg/>"));
        let (address, file) = (IconSource::address("https://a.test/x.png"), IconSource::file(b"<svg/>"));
        let mut tx = instance.db.begin().await.unwrap();
        for app in [&wiki, &photos] {
            apps::put(&mut tx, app, NOW).await.unwrap();
        }
        icons::put(&mut tx, &wiki.name, &address, &first).await.unwrap();
        icons::put(&mut tx, &photos.name, &address, &first).await.unwrap();
        icons::put(&mut tx, &wiki.name, &file, &second).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = instance.db.write().await.unwrap();
        let held = icons::held(&mut conn).await.unwrap();
        let seen: Vec<_> = held.into_iter().map(|held| (held.app.to_string(), held.made_from, held.name)).collect();
        let row =
            |app: &str, source: &IconSource, icon: &Icon| (app.to_owned(), source.as_str().to_owned(), icon.name());
        assert_eq!(seen, [row("photos", &address, &first), row("wiki", &file, &second)]);
        for icon in [first, second] {
            assert_eq!(icons::by_name(&mut conn, &icon.name()).await.unwrap(), Some(icon));
        }
        assert_eq!(icons::by_name(&mut conn, "other").await.unwrap(), None);
        for (source, is_taken_away) in [(Some(&file), false), (Some(&address), true), (None, false)] {
            let done = icons::delete_others(&mut conn, &wiki.name, source).await.unwrap();
            assert_eq!(done, is_taken_away, "{source:?}");
        }
        assert!(icons::delete_others(&mut conn, &photos.name, None).await.unwrap());
        assert_eq!(icons::held(&mut conn).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_removed_takes_its_icon_along() {
    for instance in testing::both().await {
        let (wiki, svg) = (app("wiki"), icon(IconKind::Svg, b"<svg/>"));
        let mut tx = instance.db.begin().await.unwrap();
        apps::put(&mut tx, &wiki, NOW).await.unwrap();
        icons::put(&mut tx, &wiki.name, &IconSource::file(b"<svg/>"), &svg).await.unwrap();
        // What else is written of the app leaves it.
        apps::put(&mut tx, &wiki, NOW).await.unwrap();
        assert_eq!(icons::held(&mut tx).await.unwrap().len(), 1);
        assert!(apps::lock(&mut tx, &wiki.name).await.unwrap());
        apps::delete(&mut tx, &wiki.name).await.unwrap();
        assert_eq!(icons::by_name(&mut tx, &svg.name()).await.unwrap(), None);
        assert!(!apps::lock(&mut tx, &wiki.name).await.unwrap());
        tx.commit().await.unwrap();
    }
}
