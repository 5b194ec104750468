# SPDX-License-Identifier: Apache-2.0
"""Workbooks made by hand, part by part, as other programs write them: with shared and inline texts, dates, bad parts."""
import zipfile

CONTENT_TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                 '<Default Extension="xml" ContentType="application/xml"/></Types>')
WORKBOOK = ('<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{}<sheets>'
            '<sheet name="First" sheetId="1" r:id="rId7"/><sheet name="Other" sheetId="2" r:id="rId8"/></sheets></workbook>')
RELATIONS = ('<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             '<Relationship Id="rId8" Type="x" Target="worksheets/sheet2.xml"/>'
             '<Relationship Id="rId7" Type="x" Target="worksheets/sheet1.xml"/></Relationships>')
# Style 0: general, 1: built-in date, 2: own date format, 3: text with a d in quotes.
STYLES = ('<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
          '<numFmts><numFmt numFmtId="170" formatCode="dd\\.mm\\.yyyy"/><numFmt numFmtId="171" formatCode="0 &quot;days&quot;"/></numFmts>'
          '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/>'
          '<xf numFmtId="171"/></cellXfs></styleSheet>')


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def letters(column):
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Number(str):
    """A number as the workbook writes it, in a style."""

    def __new__(cls, text, style=0):
        self = super().__new__(cls, text)
        self.style = style
        return self


def cell(place, value, shared):
    if value is None:
        return ""
    if isinstance(value, Number):
        return f'<c r="{place}" s="{value.style}"><v>{value}</v></c>'
    if shared is None:
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'
    return f'<c r="{place}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'


def write(path, rows, shared_texts=True, from_1904=False, sheet=None, prologue=""):
    shared = {} if shared_texts else None
    if sheet is None:
        body = "".join(f'<row r="{r}">' + "".join(cell(f"{letters(c)}{r}", v, shared) for c, v in enumerate(row)) + "</row>"
                       for r, row in enumerate(rows, 1))
        sheet = ('<?xml version="1.0"?>' + prologue + '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                 + body + "</sheetData></worksheet>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", CONTENT_TYPES)
        book.writestr("xl/workbook.xml", WORKBOOK.format('<workbookPr date1904="1"/>' if from_1904 else ""))
        book.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        book.writestr("xl/styles.xml", STYLES)
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        book.writestr("xl/worksheets/sheet2.xml", "<worksheet/>")
        if shared:
            # Phonetic readings and pieces of formatted text, as spreadsheets write them.
            texts = "".join(f'<si><r><t xml:space="preserve">{escaped(t[:1])}</t></r><r><t xml:space="preserve">{escaped(t[1:])}</t></r>'
                            f'<rPh sb="0" eb="1"><t>reading</t></rPh></si>' for t in shared)
            book.writestr("xl/sharedStrings.xml", '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/'
                          f'spreadsheetml/2006/main">{texts}</sst>')
