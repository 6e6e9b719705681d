"""Is an XForm what pyxform makes of the same XLSForm?  Structure is compared: instance, binds, texts, lists and body.

Not compared: the name of the root node (pyxform's tests take it from the file), blanks around expressions, the order of
attributes and of texts, and lists of choices written into the body as older versions of pyxform did.  Where a language lacks
a text, pyxform writes "-" and Safelane the text of another language; where it lacks a picture or a sound, pyxform writes
none and Safelane that of another language.  Older versions of pyxform bound no triggers, wrote a label into groups that
have none, and a date with its midnight."""
import re
import sys
import xml.etree.ElementTree as ET

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"


def squeeze(text):
    return re.sub(r"\s+", " ", text or "").strip()


def mixed(element):
    """Text with <output> in it."""
    out = element.text or ""
    for child in element:
        out += "{" + squeeze(child.get("value")) + "}" + (child.tail or "")
    return squeeze(out).replace("“", '"').replace("”", '"')  # one expected file was typed anew


class XForm:
    def __init__(self, path):
        top = ET.parse(path).getroot()
        self.model = top.find(f"{H}head/{XF}model")
        self.body = top.find(f"{H}body")
        instance = self.model.find(f"{XF}instance")
        self.root = instance[0].tag.split("}")[-1]
        self.primary = instance[0]

    def plain(self, text):
        """Without the name of the root, which differs by design."""
        return re.sub(r"(^|[^\w/.])/%s(?![\w-])" % re.escape(self.root), r"\1/ROOT", squeeze(text))

    def nodes(self):
        found = []

        def walk(element, path):
            for child in element:
                name = child.tag.split("}")[-1]
                template = "*" if f"{JR}template" in child.attrib else ""
                found.append((path + "/" + name + template, squeeze(child.text)))
                walk(child, path + "/" + name + template)

        walk(self.primary, "")
        return sorted(found)

    def binds(self):
        found = {}
        for bind in self.model.findall(f"{XF}bind"):
            attributes = {k.split("}")[-1]: self.plain(v) for k, v in bind.attrib.items()}
            found[attributes.pop("nodeset")] = attributes
        return found

    def texts(self):
        found = {}
        for translation in self.model.iter(f"{XF}translation"):
            for text in translation.findall(f"{XF}text"):
                for value in text.findall(f"{XF}value"):
                    found[(translation.get("lang"), self.plain(text.get("id")), value.get("form"))] = self.plain(mixed(value))
        return found

    def lists(self):
        found = {}
        for instance in self.model.findall(f"{XF}instance")[1:]:
            root = instance.find(f"{XF}root")
            items = [] if root is None else [
                sorted((c.tag.split("}")[-1], squeeze(c.text)) for c in item) for item in root]
            found[instance.get("id")] = (instance.get("src"), items)
        return found

    def controls(self):
        found = []

        def walk(element, path):
            for child in element:
                name = child.tag.split("}")[-1]
                if name in ("item", "itemset", "value") or not isinstance(child.tag, str):
                    continue
                attributes = tuple(sorted((k.split("}")[-1], self.plain(v)) for k, v in child.attrib.items()))
                text = self.plain(mixed(child)) if name in ("label", "hint") else ""
                text = re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", text)
                if path.endswith("/group") and name == "label" and not attributes and not text:
                    continue
                found.append((path + "/" + name, attributes, text))
                walk(child, path + "/" + name)

        walk(self.body, "")
        return found

    def itemsets(self):
        found = []
        for itemset in self.body.iter(f"{XF}itemset"):
            found.append((self.plain(itemset.get("nodeset")), itemset.find(f"{XF}value").get("ref"),
                          itemset.find(f"{XF}label").get("ref")))
        return found


def compare(ours_path, theirs_path):
    """Sentences; none when they are alike."""
    ours, theirs = XForm(ours_path), XForm(theirs_path)
    wrong = []

    def same(what, a, b):
        if isinstance(a, list) and isinstance(b, list) and a != b:
            a, b = [x for x in a if x not in b] or a, [x for x in b if x not in a] or b
        if a != b:
            wrong.append(f"{what}: ours {a!r}, theirs {b!r}")

    same("nodes", ours.nodes(), theirs.nodes())
    a, b = ours.binds(), theirs.binds()
    for trigger in ours.body.iter(f"{XF}trigger"):
        ref = ours.plain(trigger.get("ref"))
        if ref not in b and a.get(ref) == {"type": "string"}:
            del a[ref]
    same("bound", sorted(a), sorted(b))
    for path in sorted(set(a) & set(b)):
        same(f"bind {path}", a[path], b[path])
    a, b = ours.texts(), theirs.texts()
    inline = {k for k in b if "-" not in k[1] and re.search(r"/[^/:]+/[^/:]+:label$", k[1]) and k not in a} if not theirs.itemsets() else set()
    listed = {k for k in a if re.search(r"-\d+$", k[1])} if not theirs.itemsets() else set()
    elsewhere = {k for k in a if k not in b and k[2] in ("image", "big-image", "audio", "video") and
                 any(o[1:] == k[1:] for o in b)}
    same("text ids", sorted(map(str, set(a) - listed - elsewhere)), sorted(map(str, set(b) - inline)))
    for key in set(a) & set(b):
        if b[key] != "-":
            same(f"text {key}", a[key], b[key])
    if theirs.itemsets():
        mine, other = ours.lists(), theirs.lists()
        for name in other:
            same(f"list {name}", mine.get(name), other[name])
        same("itemsets", ours.itemsets(), theirs.itemsets())
    same("body", [c for c in ours.controls()], [c for c in theirs.controls()])
    return wrong


if __name__ == "__main__":
    for sentence in compare(*sys.argv[1:]):
        print(sentence[:1500])
