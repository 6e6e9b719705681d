"""Forms for the walk through the page of forms, published: those of the dictionary, a short one with a picture, a repeat
and three languages, and one of 300 questions.   entry_forms.py SAFELANE FILE.gpkg FOLDER"""
import os
import subprocess
import sys

binary, programme, folder = sys.argv[1:4]


def publish(name, survey, choices):
    here = os.path.join(folder, name)
    os.makedirs(here, exist_ok=True)
    for part, rows in (("survey", survey), ("choices", choices), ("settings", [f"form_title,form_id,version", f"{name.title()},{name},1"])):
        with open(os.path.join(here, part + ".csv"), "w", encoding="utf-8") as f:
            f.write("\n".join(rows) + "\n")
    done = subprocess.run([binary, "form", "publish", programme, os.path.join(here, "survey.csv"), "--kind", "hazard"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


labels = "label::English (en),label::العربية (ar),label::ខ្មែរ (km)"
publish("field", [f"type,name,{labels},required,appearance",
                  "text,id,Identifier,المعرّف,លេខសម្គាល់,yes,",
                  "select_one class,class,Class of land,صنف الأرض,ប្រភេទដី,yes,",
                  "date,effective_date,Date of information,تاريخ المعلومات,កាលបរិច្ឆេទ,yes,",
                  "text,locality,Settlement or site,البلدة أو الموقع,ភូមិ,,",
                  "geoshape,geometry,Boundary,الحدود,ព្រំដែន,,",
                  "image,photo,Photograph,صورة,រូបថត,,",
                  "begin repeat,visit,Visit,زيارة,ការចុះពិនិត្យ,,",
                  "text,visitor,Visitor,الزائر,អ្នកចុះ,,",
                  "end repeat,,,,,,"],
        [f"list_name,name,{labels}", "class,SHA,Suspected,مشتبه بها,សង្ស័យ", "class,CHA,Confirmed,مؤكدة,បញ្ជាក់"])
kinds = ["text", "integer", "decimal", "date", "select_one yn", "select_multiple abc"]
publish("long", ["type,name,label::English (en),relevant"] +
        [f"{kinds[i % 6]},q{i},Question {i}," + (f"${{q{i - 6}}} != 'none'" if i >= 6 and i % 10 == 0 else "") for i in range(300)],
        ["list_name,name,label::English (en)"] + [f"yn,{x},{x.title()}" for x in ("yes", "no", "unknown")] + [f"abc,{x},Choice {x}" for x in "abcdefgh"])
done = subprocess.run([binary, "form", "publish", programme, "--all"], capture_output=True, text=True)
if done.returncode:
    sys.exit(done.stderr)
