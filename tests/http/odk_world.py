"""What the cases of the protocol share: a programme with forms, phones, and the list of the cases."""
import json, os, sqlite3
import xml.etree.ElementTree as ET

from odk_phone import Phone, multipart, part, talk
from odk_server import FORM, PASS, Server, make, new_id, run

LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
ANSWER = "{http://openrosa.org/http/response}"
CASES = []


class Wrong(Exception):
    pass


def must(good, shown=""):
    if not good:
        raise Wrong(str(shown)[:1500])


def row(name):
    def add(f):
        CASES.append((name, f))
        return f
    return add


def form_csv(folder, form_id, version, title="A title", more="", name="f.csv"):
    path = os.path.join(folder, name)
    settings = [("form_title", title), ("form_id", form_id)] + ([("version", version)] if version is not None else [])
    quoted = lambda row: "," + ",".join('"%s"' % x.replace('"', '""') for x in row) + "\n"
    with open(path, "w", newline="") as f:
        f.write('"survey"\n' + quoted(("type", "name", "label")) + quoted(("text", "id", "Number")) + more + '"settings"\n' +
                quoted([k for k, _ in settings]) + quoted([v for _, v in settings]))
    return path


class World:
    """Two phones of one organisation, one of another; a form of our own with three photographs, and hazards."""
    def __init__(self, safelane, folder):
        self.safelane, self.folder = safelane, folder
        self.media = os.path.join(folder, "media")
        os.mkdir(self.media)
        self.csv("name,label\nmine,Mine\n")
        self.shows = form_csv(folder, "shows", "1", more=',"select_one_from_file kinds.csv","kind","Kind"\n', name="shows.csv")
        self.path, self.versions = make(safelane, folder, {"phone-1": "Clear Ways", "phone-2": "Clear Ways", "phone-3": "Others",
                                                           "Équipe-Ж": "Clear Ways"},
                                        [[FORM, "--kind", "hazard"], ["hazard"],
                                         [self.shows, "--kind", "hazard", "--media", self.media]])
        run(safelane, "user", self.path, "add", "clerk", "--role", "data-entry", stdin="a clerk's password\n")
        self.token = run(safelane, "user", self.path, "token", "phone-1", "--scope", "devices").strip()
        self.server = Server(safelane, self.path)
        self.phone, self.second, self.other = (Phone(self.server.port, "phone-%d" % k, PASS) for k in (1, 2, 3))
        self.n = 0

    def csv(self, text):
        with open(os.path.join(self.media, "kinds.csv"), "w") as f:
            f.write(text)

    def raw(self, text, body=b"", head=False):
        return talk(self.server.port, (text.replace("\n", "\r\n") + "\r\n\r\n").encode() + body, head)

    def forms(self, query="", phone=None):
        a = (phone or self.phone).ask("GET", "/formList" + query)
        must(a.status == 200, a.text())
        return ET.fromstring(a.body).findall(LIST + "xform")

    def get(self, url, **how):
        return self.phone.ask("GET", url.split("/odk", 1)[1], **how)

    def xml(self, id_=None, meta=None, inner="", start='<?xml version="1.0" encoding="UTF-8"?>', root="", record=None, deprecated=""):
        self.n += 1
        id_ = id_ or new_id()
        meta = meta or "<meta><instanceID>%s</instanceID>%s</meta>" % (
            id_, "<deprecatedID>%s</deprecatedID>" % deprecated if deprecated else "")
        return '%s<data id="flood" version="1"%s><section_identity><id>%s</id><name>Field</name></section_identity>%s%s</data>' % (
            start, root, record or "P-%d" % self.n, inner, meta)

    def db(self, sql, *values):
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def document(self, id_):
        return json.loads(self.db("SELECT c.document FROM sl_submission s JOIN sl_revision r ON r.id = s.revision JOIN sl_content c "
                                  "ON c.id = r.content WHERE s.instance = ?", id_)[0][0])

    def files(self, id_):
        return {n: d for n, d in self.db("SELECT a.name, b.data FROM sl_submission s JOIN sl_attachment a ON a.record = s.record JOIN "
                                         "sl_blob b ON b.hash = a.kept WHERE s.instance = ?", id_)}

    def post(self, parts, phone=None, boundary="b", type_=None, headers="", path="/submission"):
        body, usual = multipart(parts, boundary)
        return (phone or self.phone).ask("POST", path, "%sContent-Type: %s\r\n" % (headers, type_ or usual), body)


def taken(a):
    must(a.status == 201, "%d %s" % (a.status, a.text()))
    root = ET.fromstring(a.body)
    must(root.tag == ANSWER + "OpenRosaResponse" and root[0].tag == ANSWER + "message" and
         root[0].get("nature") == "submit_success" and root[0].text, a.text())
    return a


def refused(a, status, *words):
    must(a.status == status, "%d %s" % (a.status, a.text()))
    message = ET.fromstring(a.body).find(ANSWER + "message").text
    must(len(message) > 8 and all(w in message for w in words), message)
    return a


def xml_part(xml, filename="instance.xml", type_="text/xml"):
    return part("xml_submission_file", xml, filename, type_)
