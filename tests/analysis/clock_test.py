"""The clock over the claims of ../shared/data/reports_2024_11 and over hazards: see clock_test.sh.  Binomial quantiles
are worked out here by adding up whole numbers, apart from what is under test."""
import json, os, subprocess, sys, tempfile
from fractions import Fraction
from math import comb

from counted import SAFELANE, check, finish, run

shared = os.environ.get("SAFELANE_SHARED", "../shared") + "/data/reports_2024_11/claims.csv"
folder = tempfile.TemporaryDirectory()
programme = folder.name + "/p.gpkg"


def quantile(n, share, p):
    total = Fraction(0)
    for k in range(n + 1):
        total += comb(n, k) * share**k * (1 - share) ** (n - k)
        if total >= p:
            return k


def clock(*words, file=programme):
    return json.loads(run("clock", file, *words, "--format", "json"))


def figure(said, name):
    return next(f for f in said["figures"] if f["name"] == name)


def rows(said, name):
    t = next(t for t in said["tables"] if t["name"] == name)
    return [dict(zip([c["name"] for c in t["columns"]], row)) for row in t["rows"]]


def able(said):
    f = figure(said, "able")
    return f["low"], f["high"]


def lying(said):
    return figure(said, "lying")["value"]


def refused(what, *words, says):
    p = subprocess.run([SAFELANE, "clock", programme, *words], capture_output=True)
    check(p.returncode in (2, 3) and not p.stdout and p.stderr.decode().count("\n") == 1 and says in p.stderr.decode(), what,
          p.stderr.decode() + p.stdout.decode())


run("init", programme, "--country", "UKR")
about = ["--type", "non-persistent antipersonnel mine"]
field = ["--items", "1000", "--laid", "2024-12-01", *about]

if os.path.exists(shared):
    run("import", programme, shared, "--kind", "source", "--approve", "--org", "NMAA")
    said = clock(*field, "--date", "2024-12-25")
    claims = {r["claim"]: r for r in rows(said, "claims")}
    check((claims["R2, 1"]["life_least"], claims["R2, 1"]["life_most"]) == (4, 336), "4 to 336 hours by one report", claims)
    check((claims["R4, 1"]["life_least"], claims["R4, 1"]["life_most"]) == (24, 504), "days to weeks by another", claims)
    check(claims["R0, 5"]["life_most"] is None and claims["R3, 1"]["life_most"] is None, "a certain period has no number", claims)
    # On 25 December items are 23 to 25 days old: over by R2 and by R4 at their word, not by "a certain period".
    check(claims["R2, 1"]["word_most"] == 0 and claims["R4, 1"]["word_most"] == 0 and claims["R0, 5"]["word_most"] == 100,
          "what each says at its word", claims)
    check(able(said) == (0, 1000) and lying(said) == 1000, "the interval is as wide as the widest claim", said["figures"])
    check(any("R2, 1 (4-336 h) and R4, 1 (24-504 h) contradict" in w for w in said["warnings"]), "the contradiction is told", said["warnings"])
    check(any("certain period is every period" in w for w in said["warnings"]), "so is what names no time", said["warnings"])
    check(any("Unknown is not zero" in w for w in said["warnings"]), "and that no share that fails is claimed", said["warnings"])
    check(any("does not fall by itself" in a for a in said["answer"]), "what lies there does not fall", said["answer"])
    check(any("never lower the status" in n for n in said["not_shown"]), "no status is lowered", said["not_shown"])
    check(len({claims[c]["origin"] for c in ("R0, 5", "R2, 1", "R3, 1", "R4, 1")}) == 4, "four reports, four origins", claims)
    check(claims["APM-NONPERSIST"]["origin"] == claims["R2, 1"]["origin"] and
          claims["APM-NONPERSIST-R4"]["origin"] == claims["R4, 1"]["origin"] and
          claims["APM-NONPERSIST-R3"]["origin"] == claims["R3, 1"]["origin"], "the catalogue's copies are no new origins", claims)
    # Before the shortest life is over all function by R2 and R4; by "a certain period" anything may.
    check(able(clock(*field, "--date", "2024-12-01")) == (0, 1000), "on the first day", "")
    check(all(row["lying"] == 1000 for row in rows(said, "steps")), "lying stays through time", rows(said, "steps"))
    # No design limit and no share makes the certain period shorter.
    check(able(clock(*field, "--date", "2034-12-01", "--limits"))[1] == 1000, "ten years on, by a certain period still all", "")
else:
    print("skipped: %s is not there" % shared)

# Claims of our own about a type of our own: exact binomial answers, contradiction, gradings, repetition.
claims = folder.name + "/claims.csv"
with open(claims, "w") as f:
    f.write("id,document,claim_no,title,kind,effective_date,subject,attribute,claim,low,high,unit,attributed_to,via,origin,derived_from,"
            "source_reliability,information_reliability,claim_direction\n"
            "C1,D1,1,T,PRESS,2024-01-01,trial mine,active life,says,10,20,days,maker,,,,B,2,\n"
            "C2,D1,2,T,PRESS,2024-01-01,trial mine,failure probability,says,1,5,%,maker,,,,B,2,\n"
            "C3,D2,1,T,PRESS,2024-01-01,trial mine,active life,says,480,1440,hours,witness,,,,F,6,\n"
            "C4,D3,1,T,PRESS,2024-01-01,trial mine,failure probability after 100 days,says,0.1,0.2,share,survey,,,,A,1,\n"
            "C5,D4,1,T,PRESS,2024-01-01,trial mine,active life,says,10,20,days,reader,,,C1,F,6,\n"
            "C6,D5,1,T,PRESS,2024-01-01,other mine,active life,says,5,4000,furlongs,x,,,,,,\n"
            "C7,D6,1,T,PRESS,2024-01-01,denied mine,active life,says,10,20,days,x,,,,,,\n"
            "C8,D7,1,T,PRESS,2024-01-01,denied mine,active life,says not,10,20,days,y,,,,,,denies\n"
            "C9,D8,1,T,PRESS,2024-01-01,bad mine,failure probability,says,50,150,%,y,,,,,,\n")
run("import", programme, claims, "--kind", "source", "--approve", "--org", "NMAA", ok=(0, 1))
trial = ["--items", "2000", "--laid", "2024-01-01", "--type", "trial mine"]
said = clock(*trial, "--date", "2024-12-01")
view = {r["claim"]: r for r in rows(said, "claims")}
check(len(view) == 5, "claims about this and no other", view)
check(view["D1, 1"]["life_least"] == 240 and view["D1, 1"]["life_most"] == 480, "days are hours", view)
check((view["D1, 2"]["fails_least"], view["D1, 2"]["fails_most"]) == (1, 5), "percent", view)
check(view["D3, 1"]["fails_after"] == 2400, "from an age on", view)
check(view["D2, 1"]["grade"] == "F6" and view["D1, 1"]["grade"] == "B2" and view["D3, 1"]["grade"] == "A1", "grades are shown", view)
check(view["D1, 1"]["origin"] == view["D1, 2"]["origin"] == view["D4, 1"]["origin"], "a claim that repeats another is of its origin", view)
check(len({r["origin"] for r in view.values()}) == 3, "three origins", view)
# After 335 days: D1 leaves 1 to 5 %, D2 what all shares say (1 to 20 %), D3 10 to 20 %.
check((view["D1, 1"]["open_least"], view["D1, 1"]["open_most"]) == (1, 5), "its own share", view)
check((view["D2, 1"]["open_least"], view["D2, 1"]["open_most"]) == (1, 20), "the shares of the others", view)
check(able(said) == (quantile(2000, Fraction(1, 100), Fraction(1, 20)), quantile(2000, Fraction(1, 5), Fraction(19, 20))),
      "the exact binomial interval over all claims", (able(said), said["figures"]))
check((figure(said, "able_expected_least")["value"], figure(said, "able_expected_most")["value"]) == (20, 400), "expected", said["figures"])
check(lying(said) == 2000, "all lie there", said["figures"])
check(able(clock(*trial, "--date", "2024-01-05")) == (2000, 2000), "before the shortest life is over all function", "")
check(able(clock(*trial, "--date", "2024-02-01")) == (quantile(2000, Fraction(1, 100), Fraction(1, 20)), 2000),
      "between the two lives some or all", "")
check(figure(said, "design_limit")["value"] == 2, "one in a thousand after 120 days", said["figures"])
check(figure(clock(*trial, "--date", "2024-03-01"), "design_limit")["value"] == 200, "a tenth after 30 days", "")
steps = rows(said, "steps")
check(steps[0]["from"] == "2024-01-01" and steps[0]["able_least"] == 2000 and steps[-1]["able_most"] == able(said)[1], "through time", steps)
check([r["able_most"] for r in steps] == sorted((r["able_most"] for r in steps), reverse=True), "never more again", steps)
for row in steps:  # each row holds until the next: asked on its own day, and on the day before the next
    check(able(clock(*trial, "--date", row["from"])) == (row["able_least"], row["able_most"]), "row of " + row["from"], row)
months = ["2024-%02d-15" % m for m in range(1, 13)]
for day in months:
    row = [r for r in steps if r["from"] <= day][-1]
    check(able(clock(*trial, "--date", day)) == (row["able_least"], row["able_most"]), "the table holds on " + day, row)
# Laid over a month: the interval takes in both ends.
said = clock("--items", "2000", "--items-most", "3000", "--laid", "2024-01-01", "--laid-until", "2024-01-31", "--type", "trial mine",
             "--date", "2024-12-01")
check(able(said) == (quantile(2000, Fraction(1, 100), Fraction(1, 20)), quantile(3000, Fraction(1, 5), Fraction(19, 20))), "two numbers, two ends", said["figures"])
check((figure(said, "lying")["low"], figure(said, "lying")["high"], lying(said)) == (2000, 3000, None), "lying between", said["figures"])
check(able(clock(*trial, "--date", "2024-12-01", "--interval", "0.5")) ==
      (quantile(2000, Fraction(1, 100), Fraction(1, 4)), quantile(2000, Fraction(1, 5), Fraction(3, 4))), "another level", "")
check(able(clock("--items", "100", "--laid", "2024-01-01", "--type", "denied mine", "--date", "2025-01-01", "--fails-least", "0.1", "--fails-most",
                 "0.1", "--fails-source", "trial")) == (quantile(100, Fraction(1, 10), Fraction(1, 20)), 100), "what is denied leaves all open", "")
check(any("unit" in w for w in clock("--items", "9", "--laid", "2024-01-01", "--type", "other mine", "--date", "2024-02-01")["warnings"]), "a unit that is no time", "")
check(able(clock("--items", "9", "--laid", "2024-01-01", "--type", "never heard of", "--date", "2024-02-01")) == (0, 9), "no claim: anything", "")

# Hazards: only what their records say.
hazards = folder.name + "/hazards.csv"
with open(hazards, "w") as f:
    f.write("id,class,status,effective_date,device_models,quantity_text,emplaced_from_year,emplaced_to_year,wkt\n"
            'H1,CHA,OPEN,2024-01-01,POM-2,1200,2022,,"POLYGON((37 48,37.001 48,37.001 48.001,37 48.001,37 48))"\n'
            'H2,SHA,OPEN,2024-01-01,"PMN; pom 2",100-300,2022,2022,"POLYGON((37.1 48,37.101 48,37.101 48.001,37.1 48.001,37.1 48))"\n'
            'H3,SHA,OPEN,2024-01-01,POM-3,many,2022,,"POLYGON((37.2 48,37.201 48,37.201 48.001,37.2 48.001,37.2 48))"\n'
            'H4,SHA,OPEN,2024-01-01,PMN,500,1990,,"POLYGON((37.3 48,37.301 48,37.301 48.001,37.3 48.001,37.3 48))"\n')
run("import", programme, hazards, "--kind", "hazard", "--crs", "EPSG:4326", "--approve", "--org", "NMAA", ok=(0, 1))
status = run("account", programme, "--as-of", "2024-12-31", "--format", "csv")
said = clock("--date", "2024-06-01")
check({r["hazard"] for r in rows(said, "hazards")} == {"H1", "H2", "H3"}, "hazards of models that are said to", rows(said, "hazards"))
check([r["able_most"] for r in rows(said, "hazards") if r["hazard"] == "H3"] == [None], "many is no number", rows(said, "hazards"))
check(any("year of laying: 1." in w for w in said["warnings"]), "and is told", said["warnings"])
check((figure(said, "lying")["low"], figure(said, "lying")["high"]) == (1300, 1500) and able(said) == (0, 1500), "sums", said["figures"])
said = clock("--hazard", "H1", "--date", "2024-06-01", "--limits")
check(lying(said) == 1200 and able(said)[1] == quantile(1200, Fraction(1, 1000), Fraction(19, 20)), "one hazard, under the limits", said["figures"])
shapes = json.loads(run("clock", programme, "--date", "2024-06-01", "--format", "geojson"))["features"]
check({s["properties"]["name"] for s in shapes} == {"H1", "H2", "H3"}, "a layer for the map", shapes)
check(run("account", programme, "--as-of", "2024-12-31", "--format", "csv") == status, "the account of land is as before")
# As part of what may be left after clearance.
releases = folder.name + "/releases.csv"
with open(releases, "w") as f:
    f.write('id,hazard,product,effective_date,ordnance_found,wkt\nR1,H1,CLR,2024-05-01,0,"POLYGON((37 48,37.001 48,37.001 48.001,37 48.001,37 48))"\n')
run("import", programme, releases, "--kind", "release", "--crs", "EPSG:4326", "--approve", "--org", "NMAA", ok=(0, 1))
said = json.loads(run("residual", programme, "--record", "release:R1", "--detection", "0.9", "--clock", "--as-of", "2024-06-01", "--format", "json"))
check(lying(said) == 1200 and able(said) == (0, 1200) and any("does not fall by itself" in a for a in said["answer"]) and
      any("never lower the status" in n for n in said["not_shown"]), "in the statement of residual risk", said["figures"])
said = json.loads(run("residual", programme, "--record", "release:R1", "--detection", "0.9", "--as-of", "2024-06-01", "--format", "json"))
check(not [f for f in said["figures"] if f["name"] == "lying"], "when it is asked for", said["figures"])
for end in ("html", "pdf", "xlsx", "csv"):
    run("clock", programme, "--hazard", "H1", "-o", folder.name + "/clock." + end)

for hazard, says, tables in (("H4", "names no model", 0), ("H3", "many is none", 1)):
    said = clock("--hazard", hazard, "--date", "2024-06-01")
    check(not said["figures"] and says in said["answer"][0] and len([t for t in said["tables"] if t["name"] == "claims"]) == tables and
          not [t for t in said["tables"] if t["name"] == "steps"], "a record that lacks something: a sentence and no number", said)
check(able(clock("--hazard", "H3", "--date", "2024-06-01", "--items", "10")) == (0, 10), "unless one is given", "")
refused("no date", "--items", "10", *about, says="give laid")
refused("no type", "--items", "10", "--laid", "2024-01-01", says="no type")
refused("before it was laid", "--items", "10", "--laid", "2024-01-02", "--date", "2024-01-01", *about, says="before the day of laying")
refused("negative", "--items", "-1", "--laid", "2024-01-01", *about, says="not between")
refused("no number", "--items", "nan", "--laid", "2024-01-01", *about, says="no number")
refused("too many", "--items", "1e12", "--laid", "2024-01-01", *about, says="not between")
refused("least above most", "--items", "10", "--items-most", "5", "--laid", "2024-01-01", *about, says="less than items")
refused("until before", "--items", "10", "--laid", "2024-01-02", "--laid-until", "2024-01-01", *about, says="before laid")
refused("share over one", *field, "--fails-least", "0", "--fails-most", "1.5", "--fails-source", "x", says="not between 0 and 1")
refused("share with one end", *field, "--fails-least", "0.1", says="two ends")
refused("share of nobody", *field, "--fails-least", "0.1", "--fails-most", "0.2", says="somebody's claim")
refused("share the wrong way", *field, "--fails-least", "0.3", "--fails-most", "0.2", "--fails-source", "x", says="more than")
refused("no day", *field, "--date", "2024-02-30", says="no date")
refused("level", *field, "--interval", "1", says="between 0 and 1")
refused("a claim beyond all", "--items", "10", "--laid", "2024-01-01", "--type", "bad mine", says="0 to 1")
refused("no such record", "--hazard", "H9", says="H9")
refused("a record of another kind", "--hazard", "source:C1", says="not a hazard")
refused("laid without items", "--laid", "2024-01-01", says="give hazard or items")
empty = folder.name + "/empty.gpkg"
run("init", empty, "--country", "UKR")
said = clock(file=empty)
check(not said["figures"] and not said["tables"] and "No hazard names a model" in said["answer"][0], "an empty programme: a sentence and no number", said)
finish()
