// Goes on to where the page's button leads. The fragment of the page that the person asked for came along with the
// form; it goes on within this instance only, whose redirects carry it, and never from here to another host.
const target = new URL(document.querySelector("a.primary").href);
if (target.origin === location.origin && !target.hash) target.hash = location.hash;
location.replace(target);
