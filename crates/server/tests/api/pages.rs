//! The web app is served, or what to do about its absence.

use crate::support::shop;

#[test]
fn every_page_address_gives_the_app() {
    let server = shop();
    let home = server.get("/");
    assert_eq!((home.status, home.header("content-type")), (200, "text/html; charset=utf-8"));
    for path in ["/w/ecom/journeys/online-purchase", "/w/ecom/s/0123456789abcdef", "/anything"] {
        assert_eq!(server.get(path).body, home.body, "{path}");
    }
    assert_eq!(server.get("/assets/gone-0000.js").code(404), "asset_unknown", "a missing file is not the page");
    assert_eq!(server.get("/static/1.2.3/recorder.js").code(404), "asset_unknown", "nor that of a library");
    assert_eq!(server.send("POST", "/w/ecom", &[], "").code(405), "method_refused");
}

#[test]
fn the_app_is_built_in_or_says_how_to_build_it() {
    let server = shop();
    let home = server.get("/");
    let Some(start) = home.body.find("/assets/") else {
        assert!(home.body.contains("make web"), "{}", home.body);
        return;
    };
    let asset = home.body[start..].split(['"', '\'', '>', ' ']).next().unwrap();
    let file = server.get(asset);
    assert_eq!((file.status, file.header("cache-control")), (200, "public, max-age=31536000, immutable"), "{asset}");
    let etag = file.header("etag").to_owned();
    let again = server.send("GET", asset, &[("if-none-match", &etag)], "");
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let packed = server.send("GET", asset, &[("accept-encoding", "gzip")], "");
    assert_eq!(packed.header("content-encoding"), "gzip", "{asset}");
    assert_eq!(home.header("cache-control"), "no-cache", "the page is asked for anew, its files are not");
}
