# The workbooks of a folder, read by openpyxl and by LibreOffice: typed cells, no formula anywhere, frozen heads, the
# cell behind each number in a hidden column, and totals that agree with the CSV of the same report.
import csv, glob, os, subprocess, sys
from datetime import datetime
from openpyxl import load_workbook

folder, binary = sys.argv[1], sys.argv[2]
faults = []
books = sorted(glob.glob(folder + "/*.xlsx"))


def heads(sheet):
    for row in range(1, 8):
        if sheet.cell(row, 1).border.bottom.style:
            return row
    return None


for path in books:
    name = os.path.basename(path)
    book = load_workbook(path)
    if not any(s.title == "definitions" for s in book) and not name.startswith(("quality", "stockpile", "funding", "hostile")):
        faults.append(name + " has no sheet of definitions")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    faults.append(f"{name} {sheet.title} {cell.coordinate} is a formula")
        if sheet.title.startswith("t") and heads(sheet) and not sheet.freeze_panes:
            faults.append(f"{name} {sheet.title} has no frozen heads")
    if name == "article7-ar.xlsx" and not book["t1"].sheet_view.rightToLeft:
        faults.append("the Arabic workbook runs from left to right")

# Of Article 7, each number of T1 and T4 against the CSV; areas in m² there and here.
book = load_workbook(folder + "/article7-en.xlsx")
for table in ("t1", "t2", "t4", "t2-items", "t5"):
    out = f"{folder}/{table}.csv"
    subprocess.run([binary, "report", folder + "/p.gpkg", "article7", "--from", "2016-01-01", "--to", "2019-12-31", "--set",
                    "deposited=2016-09-11", "--table", table, "-o", out], check=True)
    rows = list(csv.reader(open(out, encoding="utf-8")))
    sheet = book[table]
    at = heads(sheet)
    numbers = 0
    for r, row in enumerate(rows[1:], at + 1):
        for c, text in enumerate(row, 1):
            value = sheet.cell(r, c).value
            try:
                wanted = float(text)
            except ValueError:
                continue
            if rows[0][c - 1] in ("code", "admin1", "province"):
                continue
            numbers += 1
            if not isinstance(value, (int, float)) or abs(value - wanted) > 1e-9 * max(1, abs(wanted)):
                faults.append(f"{table} row {r} column {c}: {value!r} in the workbook, {text} in the CSV")
    if numbers < 8 or sheet.cell(at + len(rows), 1).value is not None:
        faults.append(f"{table}: {numbers} numbers in {len(rows)} rows")
    hidden = [k for k, d in sheet.column_dimensions.items() if d.hidden]
    if not hidden or "?" not in str(sheet.cell(at + 1, len(rows[0]) + 1).value):
        faults.append(f"{table} has no hidden cells")
area = load_workbook(folder + "/areas-en.xlsx")["areas"]
if not any(isinstance(cell.value, datetime) for row in area.iter_rows() for cell in row):
    faults.append("the annex of areas has no typed date")

# LibreOffice opens what it would have to repair, too: so its own CSV of the sheet has to say the same.
if subprocess.run(["sh", "-c", "command -v soffice"], capture_output=True).returncode == 0:
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", folder + "/calc",
                    folder + "/article7-en.xlsx"], check=True, capture_output=True, timeout=300)
    theirs = list(csv.reader(open(folder + "/calc/article7-en-t1.csv", encoding="utf-8")))
    ours = list(csv.reader(open(folder + "/t1.csv", encoding="utf-8")))
    total = [r for r in theirs if r and r[0] == "Total"]
    wanted = ours[-1]
    if not total or any(abs(float(a.replace(",", "")) - round(float(b))) > 1 for a, b in zip(total[0][2:8], wanted[2:8])):
        faults.append(f"LibreOffice reads {total}, the CSV has {wanted}")
else:
    faults.append("LibreOffice is not installed: tools/install.sh test")
print("\n".join(faults[:25]))
print(f"{len(books)} workbooks, {len(faults)} faults")
sys.exit(1 if faults or len(books) < 10 else 0)
