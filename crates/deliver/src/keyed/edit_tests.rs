//! What a change leaves of a file that a person wrote, form by form.

use super::*;

fn key(text: &str) -> KeyPath {
    KeyPath::parse(text).unwrap()
}

fn put(form: KeyedForm, text: &str, at: &str, value: &str) -> Result<String, String> {
    set(form, text, &key(at), &Value { text: value, secret: true, literal: false }).map_err(|Refused(why)| why)
}

fn value(form: KeyedForm, text: &str, at: &str) -> Option<String> {
    match super::at(form, text, &key(at)).unwrap() {
        There::Value { text, .. } => Some(text.expose().clone()),
        _ => None,
    }
}

/// Sets, reads, sets again and takes out.
fn there_and_back(form: KeyedForm, before: &str, at: &str, after: &str) {
    let set = put(form, before, at, "s3cret").unwrap();
    assert_eq!(set, after);
    assert_eq!(value(form, &set, at).as_deref(), Some("s3cret"));
    let again = put(form, &set, at, "other").unwrap();
    assert_eq!(again, after.replace("s3cret", "other"));
    let gone = unset(form, &set, &key(at)).unwrap();
    assert!(value(form, &gone, at).is_none() && !gone.contains("s3cret"), "{gone}");
    assert_eq!(put(form, &again, at, "s3cret").unwrap(), after);
}

#[test]
fn a_key_that_is_there_changes_its_value_and_nothing_else() {
    for (form, at, text) in [
        (KeyedForm::Env, "B", "# first\nA=1\n\nexport B=OLD\nC='x\ny'\n"),
        (KeyedForm::Env, "B", "A=1\r\nB=OLD\r\nC=2\r\n"),
        (KeyedForm::Env, "B", "A=1\nB=OLD"),
        (KeyedForm::Env, "B", "A=\"B=no\nB=no either\"\n  B = OLD\n# B=2\n"),
        (KeyedForm::Ini, "auth.secret", "; mine\n[other]\nsecret = no\n\n[auth]\n# about\nsecret=OLD\nx = y\n"),
        (KeyedForm::Ini, "\"auth.generic_oauth\".client_secret", "[auth.generic_oauth]\nclient_secret   =   OLD\n"),
        (KeyedForm::Ini, "secret", "secret = OLD\n[auth]\nsecret = no\n"),
        (
            KeyedForm::Json,
            "auth.secret",
            "{\n\t\"a\" : [1, {\"secret\": 2}],\n\t\"auth\": { \"secret\" :\"OLD\" , \"x\":null }\n}\n",
        ),
        (KeyedForm::Json, "auth.secret", "{\"x\\\"}\": \"{\", \"auth\": {\"secret\": \"OLD\"}}"),
        (
            KeyedForm::Toml,
            "auth.secret",
            "# mine\n[other]\nsecret = 'no' # no\n\n[auth]   # about\nsecret   =   \"OLD\" # theirs\nx = [ 1,2 ]\n",
        ),
        (KeyedForm::Toml, "auth.secret", "auth.secret = \"OLD\"\r\nx = 1979-05-27\r\n"),
        (KeyedForm::Toml, "a.auth.secret", "a = { auth = { x = 1, secret = \"OLD\" }, y = 2 }\n"),
        (
            KeyedForm::Yaml,
            "auth.secret",
            "# mine\nother:\n  secret: no\nauth:   # about\n  x: [a, b]\n\n  # theirs\n  secret: \"OLD\"  # keep\n  y: {secret: no}\n",
        ),
        (KeyedForm::Yaml, "secret", "text: |\n  secret: no\nlist:\n- secret: no\n  x: 1\nsecret: \"OLD\"\n"),
        (KeyedForm::Yaml, "a.b.c", "a:\n    b:\n        c: \"OLD\"\n    c: no\n"),
        (
            KeyedForm::Yaml,
            "services.app.environment.SECRET",
            "services:\n  app:\n    image: \"x:1\"\n    environment:\n      SECRET: \"OLD\"\n    command: >-\n      run\n        SECRET: no\n  db: &db\n    environment:\n      SECRET: no\n",
        ),
    ] {
        there_and_back(form, text, at, &text.replace("OLD", "s3cret"));
    }
}

#[test]
fn a_key_that_is_missing_comes_where_its_like_stand_and_goes_again() {
    for (form, at, before, after) in [
        (KeyedForm::Env, "B", "A=1\n", "A=1\nB=s3cret\n"),
        (KeyedForm::Env, "B", "A=1", "A=1\nB=s3cret\n"),
        (KeyedForm::Env, "B", "", "B=s3cret\n"),
        (KeyedForm::Env, "B", "A=1\r\n", "A=1\r\nB=s3cret\r\n"),
        (KeyedForm::Env, "B", "\u{feff}A=1\n", "\u{feff}A=1\nB=s3cret\n"),
        (KeyedForm::Env, "B", "B=\n", "B=s3cret\n"),
        (KeyedForm::Ini, "a.secret", "[a]\nx = 1\n\n[b]\ny = 2\n", "[a]\nx = 1\nsecret = s3cret\n\n[b]\ny = 2\n"),
        (KeyedForm::Ini, "a.secret", "[a]\n[b]\n", "[a]\nsecret = s3cret\n[b]\n"),
        (KeyedForm::Ini, "secret", "x = 1\n\n[a]\n", "x = 1\nsecret = s3cret\n\n[a]\n"),
        (KeyedForm::Json, "a.secret", "{\"a\": {}}", "{\"a\": {\"secret\": \"s3cret\"}}"),
        (
            KeyedForm::Json,
            "secret",
            "{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n}\n",
            "{\n  \"a\": 1,\n  \"b\": {\"c\": 2},\n  \"secret\": \"s3cret\"\n}\n",
        ),
        (KeyedForm::Json, "a.secret", "{\"a\": {\"secret\": null}}", "{\"a\": {\"secret\": \"s3cret\"}}"),
        (
            KeyedForm::Toml,
            "a.secret",
            "[a]\nx = 1 # one\n# about b\n[b]\n",
            "[a]\nx = 1 # one\nsecret = \"s3cret\"\n# about b\n[b]\n",
        ),
        (KeyedForm::Toml, "secret", "x = 1\n\n[a]\n", "x = 1\nsecret = \"s3cret\"\n\n[a]\n"),
        (KeyedForm::Toml, "secret", "x = 1\r\n", "x = 1\r\nsecret = \"s3cret\"\r\n"),
        (KeyedForm::Yaml, "secret", "# mine\nx: 1", "# mine\nx: 1\nsecret: \"s3cret\"\n"),
        (KeyedForm::Yaml, "secret", "---\nx: 1\n...\n", "---\nx: 1\nsecret: \"s3cret\"\n...\n"),
        (KeyedForm::Yaml, "secret", "", "secret: \"s3cret\"\n"),
        (KeyedForm::Yaml, "a.secret", "a:\n    x: 1\nb: 2\n", "a:\n    secret: \"s3cret\"\n    x: 1\nb: 2\n"),
        (KeyedForm::Yaml, "a.secret", "a: # about\nb: 2\n", "a: # about\n  secret: \"s3cret\"\nb: 2\n"),
        (KeyedForm::Yaml, "a.secret", "a:\n  secret:   # fill me\n", "a:\n  secret: \"s3cret\"   # fill me\n"),
        (KeyedForm::Yaml, "a.\"no\"", "a:\n  x: 1\n", "a:\n  \"no\": \"s3cret\"\n  x: 1\n"),
    ] {
        there_and_back(form, before, at, after);
    }
}

#[test]
fn what_stands_above_a_key_that_goes_stays() {
    for (form, before, after) in [
        (KeyedForm::Env, "# mine\nsecret=1\nx=2\n", "# mine\nx=2\n"),
        (KeyedForm::Ini, "; mine\nsecret = 1\nx = 2\n", "; mine\nx = 2\n"),
        (KeyedForm::Toml, "# mine\nsecret = \"1\" # ours\nx = 2\n", "# mine\nx = 2\n"),
        (KeyedForm::Toml, "a = 1\n# mine\nsecret = \"1\"\n\n# of b\n[b]\n", "a = 1\n# mine\n\n# of b\n[b]\n"),
        (KeyedForm::Yaml, "# mine\nsecret: \"1\"\nx: 2\n", "# mine\nx: 2\n"),
        (KeyedForm::Json, "{ \"secret\": 1, \"x\": 2 }", "{ \"x\": 2 }"),
        (KeyedForm::Json, "{\n  \"a\": 1,\n  \"secret\": 1\n}", "{\n  \"a\": 1\n}"),
    ] {
        assert_eq!(unset(form, before, &key("secret")).unwrap(), after);
    }
}

#[test]
fn kinds_of_values_are_told_apart_where_the_form_does() {
    let literal =
        |form, text: &str| set(form, text, &key("a"), &Value { text: "true", secret: false, literal: true }).unwrap();
    assert_eq!(literal(KeyedForm::Json, "{\"a\": \"true\"}"), "{\"a\": true}");
    assert_eq!(literal(KeyedForm::Toml, "a = \"true\"\n"), "a = true\n");
    assert_eq!(literal(KeyedForm::Yaml, "a: \"true\"\n"), "a: true\n");
    assert_eq!(literal(KeyedForm::Env, "a=\n"), "a=true\n");
    // A text stays one, whatever it looks like.
    for text in ["true", "12", "null", "2020-01-01", "a: b # c", "\"'\\", "ä\n"] {
        for (form, file) in [(KeyedForm::Json, "{}"), (KeyedForm::Toml, ""), (KeyedForm::Yaml, "x: 1\n")] {
            let set = put(form, file, "a", text).unwrap();
            let There::Value { text: read, literal } = super::at(form, &set, &key("a")).unwrap() else {
                panic!("{set}")
            };
            assert!(read.expose() == text && !literal, "{set}");
        }
    }
}

#[test]
fn what_cannot_be_changed_safely_is_refused_with_what_to_do() {
    use KeyedForm::{Env, Ini, Json, Toml, Yaml};
    for (form, text, at, value, said) in [
        (Env, "A=1\nA=2\n", "A", "x", "stands there twice"),
        (Env, "A=1 # mine\n", "A", "x", "move it above the line"),
        (Env, "A='1\n2'\n", "A", "x", "write it on one"),
        (Env, "B='1\n", "A", "x", "never closed"),
        (Env, "A=1\n", "A", "a\nb", "a line break"),
        (Ini, "[b]\n", "a.k", "x", "no section [a]; add it"),
        (Ini, "[a]\n[a]\n", "a.k", "x", "[a] stands there twice"),
        (Ini, "[a]\nk=1\nk=2\n", "a.k", "x", "stands there twice"),
        (Ini, "[a]\nk=1\n  2\n", "a.k", "x", "write it on one"),
        (Ini, "[a]\nk=1 ; mine\n", "a.k", "x", "move it above the line"),
        (Ini, "[a]\n", "a.k", "x;y", "some readers begin a comment"),
        (Env, "A=1\n", "\"B=C\"", "x", "name another key"),
        (Env, "A=1\n", "\"# B\"", "x", "name another key"),
        (Env, "A=\"x \\\"\nK=1\n\"\n", "K", "x", "in line 1 differently"),
        (Env, "A=\"x\n y \\\"\nK=1\n\"\n", "K", "x", "in line 2 differently"),
        (Env, "A=1 \\\n", "K", "x", "line 1 ends in a backslash"),
        (Env, "# mine \\\r\nK=1\r\n", "K", "x", "line 1 ends in a backslash"),
        (Ini, "[a]\nk = 1 \\\n2\n", "a.k", "x", "line 2 ends in a backslash"),
        (Ini, "[a]\nk: 1\n", "a.k", "x", "not as `k = …`"),
        (Ini, "[a]\nx = 1\n\tk = 1\n", "a.k", "x", "not as `k = …`"),
        (Ini, "[a]\nK = 1\n", "a.k", "x", "not as `k = …`"),
        (Ini, "[a]\nk\n", "a.k", "x", "not as `k = …`"),
        (Ini, "[a]\n", "a.k", "x\\", "go on with the next line"),
        (Ini, "[a]\n", "a.\"k = y\"", "x", "name another key"),
        (Ini, "[a]\n", "a.\"[b]\"", "x", "name another key"),
        (Json, "{\"a\": null}", "a.k", "x", "write it as {}"),
        (Json, "{", "a", "x", "it is no JSON"),
        (Json, "// mine\n{}", "a", "x", "it is no JSON"),
        (Json, "[]", "a", "x", "holds no keys and values"),
        (Json, "{}", "a.b", "x", "no table `a` for the key to stand in; add it"),
        (Json, "{\"a\": [1]}", "a.b", "x", "no table `a`"),
        (Json, "{\"a\": 1, \"a\": 2}", "a", "x", "stands there twice"),
        (Toml, "a = ", "a", "x", "it is no TOML"),
        (Toml, "", "a.b", "x", "no table `a`"),
        (Toml, "[[a]]\nb = 1\n", "a.b", "x", "no table `a`"),
        (Yaml, "a: [", "a", "x", "it is no YAML"),
        (Yaml, "a: 1\n---\na: 2\n", "a", "x", "several documents"),
        (Yaml, "a: 1\na: 2\n", "a", "x", "it is no YAML"),
        (Yaml, "x: 1\n", "a.b", "x", "no table `a`"),
        (Yaml, "a: {b: 1}\n", "a.b", "x", "not written with its keys below it"),
        (Yaml, "a: {b: 1}\n", "a.c", "x", "not written with its keys below it"),
        (Yaml, "a:\n  - b: 1\n", "a.b", "x", "no table `a`"),
        (Yaml, "{a: 1}\n", "a", "x", "write it on a line of its own"),
        (Yaml, "a: &x one\nb: *x\n", "a", "x", "not written plainly"),
        (Yaml, "a: one\n  two\n", "a", "x", "write it on a line of its own"),
        (Yaml, "a: |\n  one\n", "a", "x", "not written plainly"),
        (Yaml, "a: !secret one\n", "a", "x", ""),
        (Yaml, "x: &x\n  k: 1\na: *x\n", "x.k", "x", "without changing more of the file"),
        (Yaml, "- a\n", "a", "x", "holds no keys and values"),
    ] {
        let refused = put(form, text, at, value).unwrap_err();
        assert!(refused.contains(said), "{form:?} {text}: {refused}");
    }
}

/// What was delivered can be read and replaced again, whatever is in it.
#[test]
fn a_value_of_any_characters_is_read_back_and_replaced() {
    use KeyedForm::{Env, Ini, Json, Toml, Yaml};
    for text in
        ["a \"b\" #c", "it's", "{\"a\": 'b'}", "a\\b", "x = y", "#", "-", "& *", "ä ö", "a: b # c", "\"q\"", "''"]
    {
        for (form, file, at) in [
            (Env, "A=1\nK=\nB=2\n", "K"),
            (Ini, "[t]\nk = \nx = 1\n", "t.k"),
            (Json, "{\"t\": {\"k\": \"\"}}", "t.k"),
            (Toml, "[t]\nk = \"\" # mine\n", "t.k"),
            (Yaml, "t:\n  k: \"\" # mine\n  x: 1\n", "t.k"),
        ] {
            // Not every form can hold everything; what it takes, it takes back.
            let Ok(set) = put(form, file, at, text) else { continue };
            assert_eq!(value(form, &set, at).as_deref(), Some(text), "{form:?}: {set}");
            let other = put(form, &set, at, "s3cret").unwrap_or_else(|why| panic!("{form:?} {text}: {why}"));
            assert_eq!(other, put(form, file, at, "s3cret").unwrap());
            assert_eq!(put(form, &other, at, text).unwrap(), set);
            assert!(value(form, &unset(form, &set, &key(at)).unwrap(), at).is_none());
        }
    }
}

#[test]
fn numbers_stay_numbers_and_tables_are_not_made() {
    for (form, file, after) in [
        (KeyedForm::Toml, "a = 1\n", "a = 12\n"),
        (KeyedForm::Yaml, "a: 1\n", "a: 12\n"),
        (KeyedForm::Json, "{\"a\": 1}", "{\"a\": 12}"),
    ] {
        assert_eq!(set(form, file, &key("a"), &Value { text: "12", secret: false, literal: true }).unwrap(), after);
    }
    // A table that is empty in YAML is nothing, and so is what would stand in it.
    assert!(matches!(super::at(KeyedForm::Yaml, "a:\n", &key("a.b.c")), Ok(There::Nothing)));
    assert!(put(KeyedForm::Yaml, "a:\n", "a.b.c", "x").unwrap_err().contains("no table `a.b`"));
}

#[test]
fn a_list_of_lists_and_words_with_a_meaning_are_not_misread() {
    let text = "a:\n  -\n    k: no\n  - - k: no\nk: \"OLD\"\n";
    there_and_back(KeyedForm::Yaml, text, "k", &text.replace("OLD", "s3cret"));
    for name in ["no", "True", "on", "1", "a b", "a.b"] {
        let quoted = serde_json::Value::from(name).to_string();
        let after = format!("x: 1\n{quoted}: \"s3cret\"\n");
        there_and_back(KeyedForm::Yaml, "x: 1\n", &quoted, &after);
    }
    let text = "text: |\n  # not a comment\n  k: no\n\n k: no\nk: \"OLD\"\n".replace("\n k: no", "\n  k: no");
    there_and_back(KeyedForm::Yaml, &text, "k", &text.replace("OLD", "s3cret"));
    there_and_back(KeyedForm::Yaml, "a: &x\n  x: 1\n", "a.k", "a: &x\n  k: \"s3cret\"\n  x: 1\n");
    // Quotes of either kind around a key, and a comment that touches nothing.
    let text = "'a': # x\n  \"k\": 'OLD' # it's \"theirs\"\n";
    let after = "'a': # x\n  \"k\": \"s3cret\" # it's \"theirs\"\n";
    there_and_back(KeyedForm::Yaml, text, "a.k", after);
    there_and_back(KeyedForm::Yaml, "k: OLD#not-a-comment # one\n", "k", "k: \"s3cret\" # one\n");
    there_and_back(KeyedForm::Yaml, "k: \"a \\\" # b\" # one\n", "k", "k: \"s3cret\" # one\n");
}

#[test]
fn a_table_stays_when_its_only_key_goes() {
    for (form, text, after) in [
        (KeyedForm::Toml, "a = { k = \"1\" }\n", "a = {}\n"),
        (KeyedForm::Toml, "[a]\nk = \"1\"\n", "[a]\n"),
        (KeyedForm::Toml, "# mine.\na.k = \"1\" # theirs\nx = 1\n", "# mine.\na = {} # theirs\nx = 1\n"),
        (KeyedForm::Toml, "[x]\r\n[a]\r\nk = \"1\"\r\n", "[x]\r\n[a]\r\n"),
        (KeyedForm::Json, "{\"a\": {\"k\": \"1\"}}", "{\"a\": {}}"),
    ] {
        let gone = unset(form, text, &key("a.k")).unwrap();
        assert_eq!(gone, after);
        assert!(put(form, &gone, "a.k", "s3cret").is_ok());
    }
    for (text, at, after) in [
        ("a . \"b.c\" . k = \"1\"\r\n", "a.\"b.c\".k", "a . \"b.c\" = {}\r\n"),
        ("[x]\na.k = \"1\"\n", "x.a.k", "[x]\na = {}\n"),
        ("x = { a.k = \"1\", y = 2 }\n", "x.a.k", "x = { a = {}, y = 2 }\n"),
        ("a.k = \"1\"\na.x = 2\n", "a.k", "a.x = 2\n"),
    ] {
        let gone = unset(KeyedForm::Toml, text, &key(at)).unwrap();
        assert_eq!(gone, after);
        let again = put(KeyedForm::Toml, &gone, at, "s3cret").unwrap();
        assert_eq!(value(KeyedForm::Toml, &again, at).as_deref(), Some("s3cret"));
    }
}

/// YAML 1.1 ends a line at some characters that JSON does not escape, and no YAML prints others.
#[test]
fn what_readers_of_yaml_take_for_the_end_of_a_line_is_escaped() {
    let text = "a\u{85}b\u{2028}c\u{7f}d\u{feff}ä😀";
    let set = put(KeyedForm::Yaml, "k: \"\"\n", "k", text).unwrap();
    assert_eq!(set, "k: \"a\\u0085b\\u2028c\\u007fd\\ufeffä😀\"\n");
    assert_eq!(value(KeyedForm::Yaml, &set, "k").as_deref(), Some(text));
}

#[test]
fn a_quote_behind_a_backslash_that_all_readers_take_alike_is_in_nobodys_way() {
    there_and_back(
        KeyedForm::Env,
        "A=\"{\\\"a\\\": 1}\"\nB='\\'\nK=OLD\n",
        "K",
        "A=\"{\\\"a\\\": 1}\"\nB='\\'\nK=s3cret\n",
    );
}
