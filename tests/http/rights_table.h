/* What each route answers to whom: every route of the program has at least one row, or the test fails.
 *
 * A row is a request that is good enough to pass the gate and does no harm: what it answers to who may is `good`.
 * One sign for each role, in the order reader, operator, data-entry, reviewer, quality, officer, administrator:
 *   +  `good`      -  403      0  404      !  401
 * `session`: signed in; `read`, `write`, `devices`: with a token of that scope.  `nobody`: came with nothing; `open`:
 * the same while the programme is open to the public. */
struct rights_row {
	enum sl_method method;
	const char *route, *path, *body;
	int good;
	const char *session, *read, *write, *devices;
	int nobody, open;
};

#define EVERY "+++++++"
#define NONE "-------"
#define ALWAYS EVERY, EVERY, EVERY, EVERY
#define MANAGERS "------+", NONE, NONE, NONE
#define LISTERS "-----++", NONE, NONE, NONE
#define WAITING "-++++++", "-++++++", "-++++++", NONE
#define JUDGES "---+-++", NONE, "---+-++", NONE
#define NOBODYS "01900000-0000-7000-8000-000000000000"
#define SIGNED_IN EVERY, NONE, NONE, NONE
#define OTHERS "+0+++++", "+0+++++", "+0+++++", NONE
#define OWN EVERY, EVERY, EVERY, NONE
#define WHOLE "+-+++++", "+-+++++", "+-+++++", NONE

static const struct rights_row rights_table[] = {
    /* pages: the same for everybody */
    {SL_GET, "/health", "/health", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/", "/", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/{page}", "/index", NULL, 200, ALWAYS, 200, 200},
    /* a view is one page; what it shows it asks under /api, with the rights of who is signed in */
    {SL_GET, "/map", "/map", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/records", "/records", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/records/{kind}", "/records/hazard", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/records/{kind}/{id}", "/records/hazard/OTHER", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/review", "/review", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/account", "/account", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/why", "/why", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/findings", "/findings", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/ask", "/ask", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/reports", "/reports", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/analysis", "/analysis", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/traverse", "/traverse", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/settings", "/settings", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/settings/{section}", "/settings/people", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/enter", "/enter", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/enter/{form}", "/enter/hazard", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/enter-worker.js", "/enter-worker.js", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/start", "/start", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/assets/{hash}/{path...}", "/assets/x/style.css", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/api", "/api", NULL, 200, ALWAYS, 200, 200},

    /* the door: 400 is the empty form of somebody who got as far as handing one in */
    {SL_GET, "/api/session", "/api/session", NULL, 200, ALWAYS, 200, 200},
    {SL_POST, "/api/session", "/api/session", "[", 400, ALWAYS, 400, 400},
    {SL_PATCH, "/api/session", "/api/session", "{\"old_password\":\"" PASSWORD "\",\"password\":\"short\"}", 400,
     SIGNED_IN, 401, 401},
    {SL_DELETE, "/api/session", "/api/session", NULL, 204, SIGNED_IN, 401, 401},
    {SL_POST, "/api/setup", "/api/setup", "{\"key\":\"guessed\",\"name\":\"Eve\",\"password\":\"long enough\"}", 403,
     ALWAYS, 403, 403},
    {SL_GET, "/sign-in", "/sign-in", NULL, 200, ALWAYS, 200, 200},
    {SL_POST, "/sign-in", "/sign-in", "%", 400, ALWAYS, 400, 400},
    {SL_POST, "/sign-out", "/sign-out", "csrf=wrong", 403, EVERY, EVERY, EVERY, EVERY, 303, 303},
    {SL_GET, "/set-up", "/set-up?key=guessed", NULL, 403, ALWAYS, 403, 403},
    {SL_POST, "/set-up", "/set-up", "key=guessed&name=Eve&password=long+enough", 403, ALWAYS, 403, 403},

    /* people: what is empty or unknown is refused behind the gate */
    {SL_GET, "/api/people", "/api/people", NULL, 200, MANAGERS, 401, 401},
    {SL_POST, "/api/people", "/api/people", "{}", 400, MANAGERS, 401, 401},
    {SL_PATCH, "/api/people/{name}", "/api/people/reader", "{}", 400, MANAGERS, 401, 401},
    {SL_GET, "/api/sessions", "/api/sessions", NULL, 200, SIGNED_IN, 401, 401},
    {SL_DELETE, "/api/sessions", "/api/sessions", NULL, 200, SIGNED_IN, 401, 401},
    {SL_GET, "/api/tokens", "/api/tokens", NULL, 200, SIGNED_IN, 401, 401},
    {SL_GET, "/api/tokens", "/api/tokens?user=administrator", NULL, 200, MANAGERS, 401, 401},
    {SL_POST, "/api/tokens", "/api/tokens", "{}", 400, SIGNED_IN, 401, 401},
    {SL_POST, "/api/tokens", "/api/tokens", "{\"user\":\"administrator\",\"scope\":\"full\"}", 400, MANAGERS, 401, 401},
    {SL_DELETE, "/api/tokens/{id}", "/api/tokens/999", NULL, 404, SIGNED_IN, 401, 401},
    {SL_GET, "/api/settings", "/api/settings", NULL, 200, MANAGERS, 401, 401},
    {SL_PATCH, "/api/settings", "/api/settings", "{}", 200, MANAGERS, 401, 401},
    {SL_GET, "/api/audit", "/api/audit", NULL, 200, "-----++", NONE, NONE, NONE, 401, 401},

    /* the programme and its lists */
    {SL_PATCH, "/api/programme", "/api/programme", "{\"country\":\"nowhere\"}", 400, MANAGERS, 401, 401},
    {SL_GET, "/api/vocabularies", "/api/vocabularies?local=true", NULL, 200, OWN, 401, 401},
    {SL_POST, "/api/vocabularies", "/api/vocabularies", "{}", 400, LISTERS, 401, 401},
    {SL_POST, "/api/organisations", "/api/organisations", "{}", 400, LISTERS, 401, 401},
    {SL_PATCH, "/api/organisations/{id}", "/api/organisations/ORG-1", "{}", 400, LISTERS, 401, 401},
    {SL_POST, "/api/import", "/api/import?name=x.csv", NULL, 400, "--++-++", NONE, "--++-++", "--++-++", 401, 401},

    /* everybody's records together */
    {SL_GET, "/api/programme", "/api/programme", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/dictionary", "/api/dictionary", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/dictionary/{kind}", "/api/dictionary/victim?lang=ar", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/snapshots", "/api/snapshots", NULL, 200, WHOLE, 401, 401},
    {SL_POST, "/api/snapshots", "/api/snapshots", "{}", 400, LISTERS, 401, 401},
    {SL_GET, "/api/diff", "/api/diff?a=2020-12-31&b=2021-12-31", NULL, 200, WHOLE, 401, 401},
    {SL_GET, "/api/account", "/api/account", NULL, 200, WHOLE, 401, 401},
    /* reports are sums over everybody's records; one also says what the rules find */
    {SL_GET, "/api/reports", "/api/reports", NULL, 200, WHOLE, 401, 401},
    {SL_POST, "/api/reports", "/api/reports", "{}", 400, LISTERS, 401, 401},
    {SL_DELETE, "/api/reports/{template}", "/api/reports/nothing", NULL, 404, LISTERS, 401, 401},
    {SL_GET, "/reports/{file}", "/reports/article5.csv", NULL, 200, WHOLE, 401, 401},
    {SL_GET, "/api/analysis", "/api/analysis", NULL, 200, WHOLE, 401, 401},
    {SL_GET, "/api/analysis/{name}", "/api/analysis/none", NULL, 404, WHOLE, 401, 401},
    {SL_GET, "/analysis/{file}", "/analysis/none.csv", NULL, 404, WHOLE, 401, 401},
    {SL_GET, "/reports/{file}", "/reports/scorecard.csv", NULL, 200, "--+++++", "--+++++", "--+++++", NONE, 401, 401},
    {SL_GET, "/reports/{file}", "/reports/fieldmap.gpx?record=NONE", NULL, 404, WHOLE, 401, 401},
    {SL_GET, "/reports/{file}", "/reports/fieldmap.gpx?record=WAITS", NULL, 404, WHOLE, 401, 401},
    {SL_GET, "/reports/{file}", "/reports/fieldmap.gpx?record=DRAFT", NULL, 404, WHOLE, 401, 401},
    {SL_GET, "/api/why", "/api/why?cell=stock.CHA?as_of=2025-12-31", NULL, 200, WHOLE, 401, 401},
    {SL_GET, "/api/why", "/api/why?cell=findings.count%3Frule%3DG06", NULL, 200, "--+++++", "--+++++", "--+++++", NONE, 401, 401},
    {SL_GET, "/api/ask", "/api/ask?lat=10&lon=40", NULL, 200, WHOLE, 401, 401},
    {SL_POST, "/api/ask", "/api/ask", PARCEL, 200, WHOLE, 401, 401},
    {SL_POST, "/api/traverse", "/api/traverse", "{\"bearings\":\"true\",\"text\":\"start 13.5 102.7; 0 10; 120 10; 240 10\"}", 200, OWN, 401, 401},
    {SL_POST, "/api/outline", "/api/outline", "{\"text\":\"13.5 102.7\\n13.51 102.7\\n13.5 102.71\"}", 200, OWN, 401, 401},
    {SL_POST, "/api/outlines", "/api/outlines", "{}", 400, "-+++-++", NONE, "-+++-++", "-+++-++", 401, 401},
    {SL_GET, "/api/findings", "/api/findings", NULL, 200, "-++++++", "-++++++", "-++++++", NONE, 401, 401},
    {SL_GET, "/api/findings/counts", "/api/findings/counts", NULL, 200, "-++++++", "-++++++", "-++++++", NONE, 401, 401},
    {SL_GET, "/api/search", "/api/search?q=HA", NULL, 200, OWN, 401, 401},

    {SL_GET, "/api/export/{file}", "/api/export/hazard.csv", NULL, 200, EVERY, EVERY, EVERY, NONE, 401, 401},
    {SL_GET, "/api/pack", "/api/pack?bbox=40,10,40.1,10.1", NULL, 200, EVERY, EVERY, EVERY, NONE, 401, 401},

    /* records, of the own organisation and of another */
    {SL_GET, "/api/records/{kind}", "/api/records/hazard", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/records/{kind}/{id}", "/api/records/hazard/OWN", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/records/{kind}/{id}", "/api/records/hazard/OTHER", NULL, 200, OTHERS, 401, 401},
    {SL_GET, "/api/history/{record}", "/api/history/hazard:OWN", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/history/{record}", "/api/history/hazard:OTHER", NULL, 200, OTHERS, 401, 401},
    /* one that waits for review, one that somebody still writes at */
    {SL_GET, "/api/history/{record}", "/api/history/hazard:WAITS", NULL, 200, "00+++++", "00+++++", "00+++++", NONE, 401, 401},
    {SL_GET, "/api/history/{record}", "/api/history/hazard:DRAFT", NULL, 200, "00+0000", "00+0000", "00+0000", NONE, 401, 401},
    /* sensitive: entered by data-entry */
    {SL_GET, "/api/records/{kind}/{id}/sealed", "/api/records/victim/V-OWN/sealed", NULL, 200, "-+++-+-", NONE, NONE, NONE,
     401, 401},
    {SL_GET, "/api/records/{kind}/{id}/sealed", "/api/records/victim/V-OTHER/sealed", NULL, 200, "-0-+-+-", NONE, NONE, NONE,
     401, 401},

    /* files of records and records that name each other; 415 is a body of no form, behind the gate */
    {SL_GET, "/api/records/{kind}/{id}/attachments", "/api/records/hazard/OWN/attachments", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/records/{kind}/{id}/attachments", "/api/records/hazard/OTHER/attachments", NULL, 200, OTHERS, 401, 401},
    {SL_POST, "/api/records/{kind}/{id}/attachments", "/api/records/hazard/OWN/attachments", "{}", 415, "-++++++", NONE,
     "-++++++", "-++++++", 401, 401},
    {SL_GET, "/api/records/{kind}/{id}/attachments/{attachment}", "/api/records/hazard/OWN/attachments/" NOBODYS, NULL, 404,
     OWN, 401, 401},
    {SL_GET, "/api/records/{kind}/{id}/links", "/api/records/hazard/OWN/links", NULL, 200, OWN, 401, 401},
    {SL_GET, "/api/records/{kind}/{id}/links", "/api/records/hazard/OTHER/links", NULL, 200, OTHERS, 401, 401},

    /* the review desk: who may see what waits, who may judge it */
    {SL_GET, "/api/review", "/api/review", NULL, 200, WAITING, 401, 401},
    {SL_GET, "/api/review/{record}", "/api/review/" NOBODYS, NULL, 404, WAITING, 401, 401},
    {SL_POST, "/api/review", "/api/review", "{}", 400, JUDGES, 401, 401},
    {SL_POST, "/api/review/{record}", "/api/review/" NOBODYS, "{}", 400, JUDGES, 401, 401},

    /* phones, and roles that enter records; 404 is a form that is not there, and a token that nobody has */
    {SL_GET, "/odk/formList", "/odk/formList?deviceID=x", NULL, 200, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/forms/{file}", "/odk/forms/1.xml", NULL, 404, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/forms/{form}/manifest", "/odk/forms/1/manifest", NULL, 404, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/media/{file}", "/odk/media/1", NULL, 404, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/submission", "/odk/submission", NULL, 204, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_POST, "/odk/submission", "/odk/submission", "{}", 415, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/key/{token}/formList", "/odk/key/slt_guessed/formList", NULL, 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/forms/{file}", "/odk/key/slt_guessed/forms/1.xml", NULL, 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/forms/{form}/manifest", "/odk/key/slt_guessed/forms/1/manifest", NULL, 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/media/{file}", "/odk/key/slt_guessed/media/1", NULL, 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/submission", "/odk/key/slt_guessed/submission", NULL, 404, ALWAYS, 404, 404},
    {SL_POST, "/odk/key/{token}/submission", "/odk/key/slt_guessed/submission", "{}", 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/qr.svg", "/odk/key/slt_guessed/qr.svg", NULL, 404, ALWAYS, 404, 404},
    {SL_GET, "/odk/key/{token}/qr.png", "/odk/key/slt_guessed/qr.png", NULL, 404, ALWAYS, 404, 404},

    /* what became of what was sent */
    {SL_GET, "/sent", "/sent", NULL, 200, ALWAYS, 200, 200},
    {SL_GET, "/api/sent", "/api/sent", NULL, 200, WAITING, 401, 401},
    {SL_GET, "/api/sent", "/api/sent?of=organisation", NULL, 200, WAITING, 401, 401},
    {SL_GET, "/api/sent", "/api/sent?of=all", NULL, 200, "--+++++", "--+++++", "--+++++", NONE, 401, 401},
    {SL_GET, "/odk/sent", "/odk/sent", NULL, 200, "-++++++", NONE, "-++++++", "-++++++", 401, 401},
    {SL_GET, "/odk/key/{token}/sent", "/odk/key/slt_guessed/sent", NULL, 404, ALWAYS, 404, 404},

    /* tiles: to the public and to devices what is published, generalised; to an operator the own records, and the
     * land as it is published */
    {SL_GET, "/tiles/{file}", "/tiles/hazard.json", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/tiles/{file}", "/tiles/accident.json", NULL, 200, EVERY, EVERY, EVERY, "0000000", 401, 404},
    {SL_GET, "/tiles/land.json", "/tiles/land.json", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/tiles/{kind}/{z}/{x}/{file}", "/tiles/hazard/14/0/0.mvt", NULL, 204, ALWAYS, 401, 204},
    {SL_GET, "/tiles/{kind}/{z}/{x}/{file}", "/tiles/accident/0/0/0.mvt", NULL, 204, EVERY, EVERY, EVERY, "0000000", 401,
     404},
    {SL_GET, "/tiles/land/{z}/{x}/{file}", "/tiles/land/0/0/0.mvt", NULL, 200, ALWAYS, 401, 200},

    /* OGC API: to each their own, to the public what is published. */
    {SL_GET, "/ogc", "/ogc", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/api/basemaps", "/api/basemaps", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/basemaps/{file}/{z}/{x}/{y}", "/basemaps/none.mbtiles/0/0/0", NULL, 404, ALWAYS, 401, 404},
    {SL_GET, "/ogc/api", "/ogc/api", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/ogc/conformance", "/ogc/conformance", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/ogc/collections", "/ogc/collections", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/ogc/collections/{collectionId}", "/ogc/collections/hazard", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/ogc/collections/{collectionId}/queryables", "/ogc/collections/hazard/queryables", NULL, 200, ALWAYS, 401,
     200},
    {SL_GET, "/ogc/collections/{collectionId}/items", "/ogc/collections/hazard/items", NULL, 200, ALWAYS, 401, 200},
    {SL_GET, "/ogc/collections/{collectionId}/items/{featureId}", "/ogc/collections/hazard/items/OWN", NULL, 200,
     EVERY, EVERY, EVERY, EVERY, 401, 200},
    {SL_GET, "/ogc/collections/{collectionId}/items/{featureId}", "/ogc/collections/hazard/items/OTHER", NULL, 200,
     "+0+++++", "+0+++++", "+0+++++", EVERY, 401, 200},
    {SL_GET, "/ogc/collections/{collectionId}/items/{featureId}", "/ogc/collections/hazard/items/WAITS", NULL, 404, ALWAYS,
     401, 404},
};
