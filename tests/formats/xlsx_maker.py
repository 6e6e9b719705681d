"""The smallest .xlsx files, written part by part: what no spreadsheet program writes can be written too."""
import zipfile

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def row(number, *cells):
    """Cells are XML, or texts that become inline strings."""
    made = "".join(c if c.startswith("<c") else f'<c t="inlineStr"><is><t xml:space="preserve">{c}</t></is></c>' for c in cells)
    return f'<row r="{number}">{made}</row>'


def sheet(*rows):
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def write(path, sheets, shared="", styles="", instead=None, properties=""):
    """sheets: name -> XML.  instead: part -> bytes, or a function that writes to the open part."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships><Relationship Id="a" Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{TYPES}">{properties}<sheets>' + "".join(
            f'<sheet name="{n}" sheetId="{i + 1}" r:id="s{i}"/>' for i, n in enumerate(names)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{HEAD}<Relationships>" + "".join(
            f'<Relationship Id="s{i}" Type="{TYPES}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(len(names))) +
        f'<Relationship Id="x" Type="{TYPES}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="y" Type="{TYPES}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for i, name in enumerate(names):
        parts[f"xl/worksheets/sheet{i}.xml"] = sheets[name]
    parts.update(instead or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            if content is None:
                continue
            if callable(content):
                with file.open(name, "w", force_zip64=True) as part:
                    content(part)
            else:
                file.writestr(name, content)
