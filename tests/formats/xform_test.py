"""XLSForms as XForms:  /usr/bin/python3 tests/formats/xform_test.py SAFELANE

1. Every sample XLSForm converts, or is refused for the reason listed here; what pyxform expects of it is what we write.
2. Each kind of column and of question stands in the XForm as the ODK XForms specification has it.
3. Whatever a sheet holds, the XML is well-formed; workbooks that mean harm are refused in bounded time and memory."""
import csv
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import xform_compare  # noqa: E402
import xlsx_maker as xlsx  # noqa: E402

SAFELANE = os.path.abspath(sys.argv[1])
SHARED = pathlib.Path(os.environ.get("SAFELANE_SHARED", "../shared")).resolve() / "data/xlsforms"
passed = failed = 0


def check(good, name, why=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    print(f"ok   {name}" if good else f"FAIL {name}: {str(why)[:1500]}")


def convert(path):
    """status, XML, what was said"""
    out = str(path) + ".out"
    if os.path.exists(out):
        os.remove(out)
    made = subprocess.run([SAFELANE, "form", "convert", str(path), "-o", out], capture_output=True, text=True, errors="replace")
    return made.returncode, open(out, "rb").read() if os.path.exists(out) else b"", made.stderr


# ---- the samples ----
REFUSED = {
    "bad_calc": "calculation: \"because pyxform doesn't know what to do\" is not an expression",
    "case_insensitivity": 'type: "osm c1" is not a type: nothing here knows OpenStreetMap\'s tags',
    "fruits": "type: there is no such column",  # choices for pulldata, no form
    "include": "including another form is no longer part of XLSForm",
    "include_json": "including another form is no longer part of XLSForm",
    "loop": "a loop over choices is no longer part of XLSForm",
    "simple_loop": "a loop over choices is no longer part of XLSForm",
    "unknown_question_type": '"set form title" is not a type',
}
# What pyxform's expected XForms have otherwise, beyond the ways of older versions that xform_compare.py knows.
DIFFERS = {"flat_xlsform_test": '"flat" is not a setting'}  # groups without a node: no longer part of XLSForm; a warning says so


def samples(work):
    made = {}
    for path in sorted(p for p in (SHARED / "example_xls").iterdir() if p.suffix in (".xls", ".xlsx", ".csv")):
        copy = work / path.name
        copy.write_bytes(path.read_bytes())
        status, xml, said = convert(copy)
        reason = REFUSED.get(path.stem)
        if reason:
            check(status == 1 and not xml and reason in said and re.search(r"error: .*: survey, row \d", said), f"{path.name} is refused", said)
            continue
        try:
            ET.fromstring(xml)
            check(status == 0 and "error:" not in said, f"{path.name} converts", said)
        except ET.ParseError as e:
            check(False, f"{path.name} converts", f"{e} {said}")
        made[path.name] = (str(copy) + ".out", said)
    return made


def beside_pyxform(made):
    for expected in sorted((SHARED / "test_expected_output").glob("*.xml")):
        ours = [n for n in made if n.rsplit(".", 1)[0] == expected.stem and not n.endswith(".csv")]
        check(len(ours) > 0, f"{expected.stem} has an XLSForm")
        for name in ours:
            out, said = made[name]
            wrong = xform_compare.compare(out, expected)
            if expected.stem in DIFFERS:
                check(wrong and DIFFERS[expected.stem] in said, f"{name} differs from pyxform's, and says so", said)
            else:
                check(not wrong, f"{name} is what pyxform makes", "; ".join(wrong))
    # The same form in three formats is the same form.
    for stem in ("group", "specify_other", "text_and_integer", "yes_or_no_question"):
        forms = [made[f"{stem}.{ending}"][0] for ending in ("csv", "xls", "xlsx")]
        wrong = xform_compare.compare(forms[0], forms[1]) + xform_compare.compare(forms[2], forms[1])
        check(not wrong, f"{stem} is one form in three formats", "; ".join(wrong))


# ---- each column and question ----
Q = "type,name,label"
CASES = [  # name, survey, choices, settings, what stands in the XForm
    ("group", f"{Q},relevant\nbegin group,g,Group,1=1\ntext,a,A\nend group", "", "",
     ['<group ref="/data/g"><label>Group</label><input ref="/data/g/a">', '<bind nodeset="/data/g" relevant="1=1"/>', "<g><a/></g>"]),
    ("repeat", f"{Q},repeat_count\nbegin repeat,r,Rep,3\ntext,a,A\nend repeat", "", "",
     ['<r jr:template=""><a/></r><r><a/></r>', '<repeat nodeset="/data/r" jr:count=" /data/r_count ">', 'calculate="3"']),
    ("select one", f"{Q}\nselect_one l,a,A", "list_name,name,label\nl,x,X\nl,y,Y", "",
     ['<select1 ref="/data/a">', "<instance id=\"l\"><root><item><name>x</name><label>X</label></item>", "nodeset=\"instance('l')/root/item\""]),
    ("select multiple", f"{Q}\nselect_multiple l,a,A", "list_name,name,label\nl,x,X", "", ['<select ref="/data/a">', 'type="string"']),
    ("rank", f"{Q}\nrank l,a,A", "list_name,name,label\nl,x,X", "", ['<odk:rank ref="/data/a">', 'type="odk:rank"']),
    ("from file", f"{Q},parameters\nselect_one_from_file towns.csv,a,A,value=code label=title\nselect_multiple_from_file b.geojson,c,C,", "", "",
     ['<instance id="towns" src="jr://file-csv/towns.csv"/>', '<value ref="code"/><label ref="title"/>', 'src="jr://file/b.geojson"', '<value ref="id"/><label ref="title"/>']),
    ("or_other", f"{Q}\nselect_one l or_other,a,A", "list_name,name,label\nl,x,X", "",
     ["<name>other</name><label>Other</label>", "<input ref=\"/data/a_other\"><label>Specify other.</label>", "relevant=\"selected(../a, 'other')\""]),
    ("cascading choice_filter", f"{Q},choice_filter\nselect_one l,a,A,\nselect_one m,b,B,in=${{a}}", "list_name,name,label,in\nl,x,X,\nm,y,Y,x", "",
     ["instance('m')/root/item[in= /data/a ]", "<in>x</in>"]),
    ("choice_filter in a repeat", f"{Q},choice_filter\nbegin repeat,r,R,\nselect_one l,a,A,\nselect_one m,b,B,in=${{a}}\nend repeat", "list_name,name,label,in\nl,x,X,\nm,y,Y,x", "",
     ["item[in= current()/../a ]"]),
    ("calculate", f"{Q},calculation\ninteger,a,A,\ncalculate,c,,${{a}} * 2", "", "", ['<bind nodeset="/data/c" type="string" calculate=" /data/a  * 2"/>', "<c/>"]),
    ("relevant, constraint, required, read-only",
     f"{Q},relevant,constraint,constraint_message,required,required_message,read_only\ninteger,a,A,,. > 1,Too few,yes,Say it,\ntext,b,B,${{a}} > 3,,,,,yes", "", "",
     ['<bind nodeset="/data/a" type="int" required="true()" constraint=". &gt; 1" jr:constraintMsg="Too few" jr:requiredMsg="Say it"/>',
      '<bind nodeset="/data/b" type="string" readonly="true()" relevant=" /data/a  &gt; 3"/>']),
    ("defaults", f"{Q},default\ntext,a,A,here\ndate,b,B,today()\ninteger,c,C,-1", "", "",
     ["<a>here</a><b/><c>-1</c>", '<setvalue event="odk-instance-first-load" ref="/data/b" value="today()"/>']),
    ("default in a repeat", f"{Q},default\nbegin repeat,r,R,\ndate,b,B,today()\nend repeat", "", "",
     ['<setvalue event="odk-instance-first-load odk-new-repeat" ref="/data/r/b" value="today()"/>']),
    ("trigger", f"{Q},trigger,calculation\ninteger,a,A,,\ndateTime,b,B,${{a}},now()", "", "",
     ['<setvalue event="xforms-value-changed" ref="/data/b" value="now()"/></input>']),
    ("appearance", f"{Q},appearance\ntext,a,A,multiline\ndate,b,B,month-year", "", "", ['appearance="multiline"', 'appearance="month-year"']),
    ("media", f"{Q},media::image,media::audio,video\nnote,a,A,a.png,b.mp3,c.mp4", "", "",
     ['<value form="image">jr://images/a.png</value><value form="audio">jr://audio/b.mp3</value><value form="video">jr://video/c.mp4</value>']),
    ("translations", "type,name,label::English (en),label::Français (fr),hint::Français (fr),constraint,constraint_message::Français (fr)\ninteger,a,Age,Âge,En ans,.>1,Trop peu", "",
     "default_language\nFrançais (fr)",
     ['<translation default="true()" lang="Français (fr)">', '<text id="/data/a:label"><value>Âge</value></text>', "ref=\"jr:itext('/data/a:hint')\"",
      "jr:constraintMsg=\"jr:itext('/data/a:jr:constraintMsg')\""]),
    ("choices in languages", f"{Q}\nselect_one l,a,A", "list_name,name,label::English (en),label::Français (fr),media::image\nl,x,One,Un,x.png", "",
     ["<itextId>l-0</itextId><name>x</name>", '<label ref="jr:itext(itextId)"/>', '<text id="l-0"><value>Un</value><value form="image">jr://images/x.png</value></text>']),
    ("places", f"{Q},parameters\ngeopoint,a,A,capture-accuracy=5 warning-accuracy=20\ngeotrace,b,B,\ngeoshape,c,C,", "", "",
     ['nodeset="/data/a" type="geopoint"', 'accuracyThreshold="5"', 'unacceptableAccuracyThreshold="20"', 'type="geotrace"', 'type="geoshape"']),
    ("audit", f"{Q},parameters\naudit,audit,,location-priority=balanced location-min-interval=60 location-max-age=120 track-changes=true\ntext,a,A,", "", "",
     ['nodeset="/data/meta/audit" type="binary"', 'odk:location-priority="balanced"', 'odk:track-changes="true"', "<meta><audit/><instanceID/>"]),
    ("range", f"{Q},parameters\nrange,a,A,start=0 end=5 step=0.5", "", "", ['<range ref="/data/a" start="0" end="5" step="0.5">', 'type="decimal"']),
    ("image", f"{Q},parameters\nimage,a,A,max-pixels=1024\nfile,b,B,\naudio,c,C,\nvideo,d,D,", "", "",
     ['<upload ref="/data/a" mediatype="image/*">', 'type="binary" orx:max-pixels="1024"', 'mediatype="audio/*"', 'mediatype="video/*"']),
    ("pulldata", f"{Q},calculation\ntext,a,A,\ncalculate,b,,\"pulldata('fruits', 'name', 'key', ${{a}})\"", "", "",
     ['<instance id="fruits" src="jr://file-csv/fruits.csv"/>', "calculate=\"pulldata('fruits', 'name', 'key',  /data/a )\""]),
    ("instance name", f"{Q}\ntext,a,A", "", "instance_name,form_id,version\n\"concat('x ', ${a})\",my_form,7",
     ['<data id="my_form" version="7">', "<instanceName/>", "calculate=\"concat('x ',  /data/a )\""]),
    ("choices randomised", f"{Q},parameters\ninteger,s,S,\nselect_one l,a,A,randomize=true seed=${{s}}", "list_name,name,label\nl,x,X", "",
     ["nodeset=\"randomize(instance('l')/root/item,  /data/s )\""]),
    ("itemset of a repeat", f"{Q}\nbegin repeat,r,R\ntext,n,N\nend repeat\nselect_one ${{n}},a,A", "", "", ['nodeset=" /data/r/n "']),
    ("metadata", f"{Q}\nstart,start,\nend,end,\ntoday,today,\ndeviceid,deviceid,\nusername,username,\ntext,a,A", "", "",
     ['type="dateTime" jr:preload="timestamp" jr:preloadParams="start"', 'jr:preload="date" jr:preloadParams="today"', 'jr:preload="property" jr:preloadParams="deviceid"']),
    ("references in labels", f"{Q}\ntext,a,A\nnote,b,Hello ${{a}}!", "", "", ['<label>Hello <output value=" /data/a "/>!</label>']),
    ("an unknown column", f"{Q},colour\ntext,a,A,red", "", "", ['<input ref="/data/a">']),
    ("last saved", f"{Q},default\ntext,a,A,${{last-saved#a}}", "", "", ['<instance id="__last-saved" src="jr://instance/last-saved"/>', "instance('__last-saved')/data/a"]),
    ("a record of each repetition", "type,name,label,record,link,inherit,relevant\nbegin_repeat,r,R,victim,accident,effective_date,\n,outcome,,,,,\n"
     ",age,How old,,,,-\ntext,own,O,,,,\nend_repeat,,,,,,", "", "form_id,kind\nx,accident",
     ['xmlns:safelane="urn:safelane:form"', '<bind nodeset="/data/r" safelane:record="victim" safelane:link="accident" safelane:inherit="effective_date"/>',
      '<bind nodeset="/data/r/row_id" type="string" calculate="once(uuid())"/>', '<bind nodeset="/data/r/outcome" type="string" required="true()"/>',
      '<bind nodeset="/data/r/age" type="int" constraint=". &gt;= 0 and . &lt;= 120"', "<name>KL</name>", 'ref="/data/r/own"']),
    ("a group of the dictionary", "type,name,label\nfields,section_device,", "", "form_id,kind\nx,accident",
     ['<group ref="/data/section_device">', 'ref="/data/section_device/device_model"', "<value>Engin</value>"]),
    ("attributes", f"{Q},bind::esri:fieldLength,body::accuracyThreshold,instance::odk:tag\ntext,a,A,50,3,t", "", 'namespaces\n"esri=""http://esri.com/xforms"""',
     ['xmlns:esri="http://esri.com/xforms"', 'esri:fieldLength="50"', 'accuracyThreshold="3"', '<a odk:tag="t"/>']),
]
WRONG = [  # survey, choices, settings, what is said
    (f"{Q}\ntext,a b,A", "", "", 'survey, row 2, name: "a b" is not a name'),
    (f"{Q}\ntext,a,A\ntext,a,B", "", "", "survey, row 3, name: a stands already in row 2"),
    (f"{Q}\nselect_one l,a,A", "", "", "survey, row 2, type: there is no list l on the sheet choices"),
    (f"{Q},relevant\ntext,a,A,${{b}} = 1", "", "", "survey, row 2, relevant: there is no question named b: correct the name in ${}"),
    (f"{Q},constraint\ntext,a,A,. > (1", "", "", 'survey, row 2, constraint: ". > (1" is not an expression'),
    (f"{Q},default\ntext,a,A,${{b}}", "", "", "survey, row 2, default: there is no question named b"),
    (f"{Q},parameters\nselect_one l,a,A,randomize=true seed=${{b}}", "list_name,name,label\nl,x,X", "", "survey, row 2, parameters: there is no question named b"),
    (f"{Q}\nselect_one ${{b}},a,A", "", "", "survey, row 2, type: there is no question named b"),
    (f"{Q}\nselect_one l,a,A", "list_name,name,label\nl,x,Hello ${b}", "", "choices, row 2, label: there is no question named b"),
    (f"{Q}\nselect_multiple l,a,A", "list_name,name,label\nl,x y,X", "", 'choices, row 2, name: "x y" has a blank'),
    (f"{Q}\nselect_one l,a,A", "list_name,name,label\nl,x,X\nl,x,Y", "", 'choices, row 3, name: "x" stands twice'),
    (f"{Q}\nbegin group,g,G\ntext,a,A", "", "", "survey, row 2, type: g is never ended: write end group"),
    (f"{Q},bind::esri:x\ntext,a,A,1", "", "", 'survey, row 2, bind: "esri:x": its prefix is not declared'),
    (f"{Q},bind::a b\ntext,a,A,1", "", "", 'survey, row 2, bind: "a b" cannot be the name of an attribute'),
    ("name,label\na,A", "", "", "survey, row 1, type: there is no such column"),
    ("type,name,label\n,ag,", "", "form_id,kind\nx,victim", 'survey, row 2, name: "ag": the dictionary has no such field'),
    ("type,name,label\nfields,section,", "", "form_id,kind\nx,victim", 'survey, row 2, name: "section": the dictionary has no such group'),
    (f"{Q}\ntext,a,A", "", "form_id,kind\nx,person", "settings, row 2, kind: there is no kind of record person"),
    (f"{Q},record,link\nbegin_repeat,r,R,person,accident\ntext,a,A,,\nend_repeat", "", "", 'survey, row 2, record: "person": there is no such kind of record'),
    (f"{Q},record,link\nbegin_repeat,r,R,victim,accident_\ntext,a,A,,\nend_repeat", "", "", 'survey, row 2, link: "accident_": that kind has no such field'),
    (f"{Q},record,link\nbegin_group,r,R,victim,accident\ntext,a,A,,\nend_group", "", "", 'survey, row 2, record: "victim": only repeats make records'),
    (f"{Q},record,link\nbegin_repeat,r,R,victim,accident\nbegin_repeat,s,S,ordnance,accident\ntext,a,A,,\nend_repeat\nend_repeat", "", "",
     'survey, row 3, record: "ordnance": a record cannot be made inside of another'),
    (f"{Q}\ntext,a,A", "", "instance_name\n${b}", "row 2, instance_name: there is no question named b"),
    (f"{Q}", "", "", "survey: there is no question"),
]


def write_csv(work, name, survey, choices, settings):
    folder = work / re.sub(r"\W", "_", name)
    folder.mkdir()
    for sheet, text in (("survey", survey), ("choices", choices), ("settings", settings)):
        if text:
            (folder / f"{sheet}.csv").write_text(text + "\n", encoding="utf-8")
    return folder


def columns(work):
    for i, (name, survey, choices, settings, wanted) in enumerate(CASES):
        status, xml, said = convert(write_csv(work, f"case {i}", survey, choices, settings))
        text = xml.decode()
        missing = [w for w in wanted if w not in text]
        check(status == 0 and not missing, f"form with {name}", f"{missing} {said} {text[-1800:] if missing else ''}")
        if name == "an unknown column":
            check("warning" in said and "survey, row 1, colour: this column is not one of a form" in said, "an unknown column warns", said)
    for i, (survey, choices, settings, wanted) in enumerate(WRONG):
        status, xml, said = convert(write_csv(work, f"wrong {i}", survey, choices, settings))
        check(status == 1 and not xml and wanted in said, f"refused: {wanted}", said)


# ---- hostile texts ----
HOSTILE = ["\x01\x02 control", "]]> & <b> \"quotes\" 'and'", "a\x0bb", "￾￿", "\ud7ff 𝔘 ‮", "<!DOCTYPE x>", "&#x0;&lt;", "${", "x" * 5000, "\x7f\x80"]


def hostile_texts(work):
    for i, text in enumerate(HOSTILE):
        folder = work / f"hostile {i}"
        folder.mkdir()
        with open(folder / "survey.csv", "w", newline="", encoding="utf-8") as f:
            out = csv.writer(f)
            out.writerow(["type", "name", "label", "hint", "default", "constraint_message", "constraint", "image", "bind::odk:x", "appearance"])
            out.writerow(["text", "a", text, text, text, text, ". = 'x'", text, text, text])
            out.writerow(["select_one l", "b", text])
        with open(folder / "choices.csv", "w", newline="", encoding="utf-8") as f:
            csv.writer(f).writerows([["list_name", "name", "label", "extra"], ["l", "x", text, text]])
        with open(folder / "settings.csv", "w", newline="", encoding="utf-8") as f:
            csv.writer(f).writerows([["form_title", "version", "form_id", "style", "submission_url", "attribute::odk:y"], [text] * 6])
        status, xml, said = convert(folder)
        try:
            title = ET.fromstring(xml).find(".//{http://www.w3.org/1999/xhtml}title").text
            check(status == 0 and len(title) == len(text.strip(" \t\n\r\x0b")), f"well-formed with hostile text {i}", (title, text))
        except (ET.ParseError, AttributeError) as e:
            check(False, f"well-formed with hostile text {i}", f"{e} {said}")
    folder = work / "no utf-8"
    folder.mkdir()
    (folder / "survey.csv").write_bytes(b"type,name,label\ntext,a,\xff\xfe caf\xe9\n")
    status, xml, said = convert(folder)
    check(status in (0, 1) and (not xml or ET.fromstring(xml) is not None), "text that is no UTF-8 gives no bad XML", said)


# ---- workbooks ----
STYLES = ('<numFmts><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="171" formatCode="[h]:mm:ss"/>'
          '<numFmt numFmtId="172" formatCode="0&quot; days&quot;"/><numFmt numFmtId="173" formatCode="[Red]0.0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>' +
          "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 22, 20, 170, 171, 172, 173)) + "</cellXfs>")
SHARED_STRINGS = ("<si><t>plain</t></si><si><r><t>two </t></r><r><rPr/><t>runs</t></r><rPh><t>spoken</t></rPh></si>"
                  "<si><t>a_x0041_b_x005F_x0041_</t></si>")
CELLS = [  # a cell, the text it is
    ('<c><v>2</v></c>', "2"), ('<c><v>2.0</v></c>', "2"), ('<c><v>0.1</v></c>', "0.1"), ('<c><v>1E3</v></c>', "1000"), ('<c><v>-3.50</v></c>', "-3.5"),
    ('<c t="b"><v>1</v></c>', "TRUE"), ('<c t="b"><v>0</v></c>', "FALSE"), ('<c t="str"><f>A1</f><v>made</v></c>', "made"),
    ('<c t="s"><v>0</v></c>', "plain"), ('<c t="s"><v>1</v></c>', "two runs"), ('<c t="s"><v>2</v></c>', "aAb_x0041_"), ('<c t="e"><v>#N/A</v></c>', "#N/A"),
    ('<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>', "inline"), ('<c t="d"><v>2025-06-30</v></c>', "2025-06-30"),
    ('<c s="1"><v>45838</v></c>', "2025-06-30"), ('<c s="2"><v>45838.5</v></c>', "2025-06-30T12:00:00"), ('<c s="3"><v>0.75</v></c>', "18:00:00"),
    ('<c s="4"><v>45838.75</v></c>', "2025-06-30"), ('<c s="5"><v>1.5</v></c>', "36:00:00"), ('<c s="6"><v>45838</v></c>', "45838"), ('<c s="7"><v>2.5</v></c>', "2.5"),
    ('<c s="1"><v>1</v></c>', "1900-01-01"), ('<c s="1"><v>59</v></c>', "1900-02-28"), ('<c s="1"><v>61</v></c>', "1900-03-01"), ('<c s="99"><v>7</v></c>', "7"),
]


def exact_cells(work):
    rows = [xlsx.row(1, "type", "name", "label")] + [xlsx.row(i + 2, "text", f"q{i}", cell) for i, (cell, _) in enumerate(CELLS)]
    for since, properties in ((1900, ""), (1904, '<workbookPr date1904="1"/>')):
        path = work / f"cells{since}.xlsx"
        xlsx.write(path, {"survey": xlsx.sheet(*rows)}, SHARED_STRINGS, STYLES, properties=properties)
        status, xml, said = convert(path)
        labels = dict(re.findall(r'<input ref="/data/(q\d+)"><label>([^<]*)</label>', xml.decode()))
        for i, (cell, text) in enumerate(CELLS):
            if since == 1900:
                check(labels.get(f"q{i}") == text, f"cell {cell} is {text}", labels.get(f"q{i}", said))
        if since == 1904:
            check(labels.get("q14") == "2029-07-01", "days are counted from 1904 where the workbook says so", labels)
    # Cells may leave out where they are, and be anywhere.
    path = work / "places.xlsx"
    xlsx.write(path, {"survey": xlsx.sheet(
        '<row r="3"><c r="C3" t="inlineStr"><is><t>label</t></is></c><c r="A3" t="inlineStr"><is><t>type</t></is></c><c t="inlineStr"><is><t>name</t></is></c></row>',
        '<row r="9"><c r="A9" t="inlineStr"><is><t>nothing</t></is></c><c r="B9" t="inlineStr"><is><t>q</t></is></c></row>')})
    status, xml, said = convert(path)
    check("survey, row 9, type: \"nothing\" is not a type" in said, "the row is the one that the spreadsheet shows", said)


def hostile_workbooks(work):
    good = xlsx.sheet(xlsx.row(1, "type", "name", "label"), xlsx.row(2, "text", "a", "A"))
    entity = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + ']><worksheet><sheetData><row><c t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>')
    outside = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'

    def bomb(part):
        part.write(b"<worksheet><sheetData>")
        for _ in range(250):
            part.write(b"<no_cell_of_any_kind/>" * 50000)
        part.write(b"</sheetData></worksheet>")

    def blanks(part):
        part.write(b"<worksheet><sheetData>")
        for _ in range(500):
            part.write(b" " * (1 << 20))
        part.write(b"</sheetData></worksheet>")

    def rows(part):
        part.write(b"<worksheet><sheetData>")
        for _ in range(300):
            part.write(b'<row><c r="A1"><v>1</v></c></row>' * 1000)
        part.write(b"</sheetData></worksheet>")

    def wide(part):
        part.write(b"<worksheet><sheetData>")
        for _ in range(190):
            part.write(b'<row><c r="BXX1"><v>1</v></c></row>' * 1000)
        part.write(b"</sheetData></worksheet>")

    def strings(part):
        part.write(b"<sst>")
        for _ in range(40):
            part.write(b"<si><t>" + b"s" * (4 << 20) + b"</t></si>")
        part.write(b"</sst>")

    sheet0 = "xl/worksheets/sheet0.xml"
    cases = [
        ("a zip bomb", {sheet0: bomb}, "unpacks to more than 128 MB"), ("blanks without end", {sheet0: blanks}, "sheet0.xml is damaged"),
        ("a bomb of entities", {sheet0: entity}, "sheet0.xml is damaged"),
        ("a file from outside", {sheet0: outside}, "declares a document type"), ("too many rows", {sheet0: rows}, "more than 200000 rows"),
        ("too many cells", {sheet0: wide}, "more than 4000000 cells"), ("a column too far", {sheet0: xlsx.sheet('<row><c r="XFD1"><v>1</v></c></row>')}, "more than 2000 columns"),
        ("strings without end", {"xl/sharedStrings.xml": strings}, "unpacks to more than 128 MB"), ("XML that breaks off", {sheet0: "<worksheet><sheetData><row>"}, "sheet0.xml is damaged"),
        ("no workbook", {"xl/workbook.xml": None}, "there is no sheet in it"), ("control characters", {sheet0: xlsx.sheet(xlsx.row(1, "\x01"))}, "sheet0.xml is damaged"),
        ("depth", {sheet0: "<worksheet>" + "<a>" * 100000}, "sheet0.xml is damaged"),
    ]
    for name, instead, wanted in cases:
        path = work / f"{name}.xlsx"
        xlsx.write(path, {"survey": good}, instead=instead)
        before = time.monotonic()
        status, xml, said = convert(path)
        took = time.monotonic() - before
        check(status not in (0, None) and status > 0 and not xml and wanted in said and said.count("\n") == 1 and "root:" not in said, f"refused: {name}", f"{status} {said}")
        check(took < 10, f"in time: {name}", f"{took:.1f} s")
    xlsx.write(work / "good.xlsx", {"survey": good})
    whole = (work / "good.xlsx").read_bytes()
    check(convert(work / "good.xlsx")[0] == 0, "the same workbook without harm converts")
    for name, content in (("cut off", whole[:-40]), ("empty", b""), ("no zip", b"PK but not one"), ("one byte changed", whole[:60] + bytes([whole[60] ^ 0x55]) + whole[61:])):
        path = work / f"{name}.xlsx"
        path.write_bytes(content)
        status, xml, said = convert(path)
        check((status > 0 and not xml and said.startswith("safelane: ") or name == "one byte changed" and status >= 0), f"refused: {name}", f"{status} {said}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    check(peak < 700, "memory stays bounded", f"{peak} MB")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    if (SHARED / "example_xls").is_dir():
        (work / "samples").mkdir()
        beside_pyxform(samples(work / "samples"))
    else:
        print(f"skip the sample XLSForms: {SHARED} is not there")
    columns(work)
    hostile_texts(work)
    exact_cells(work)
    hostile_workbooks(work)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
