"""The element order of ECMA-376 (transitional), and what of a part is not in it."""

from __future__ import annotations

from lxml import etree

ORDERS = {
    "worksheet": (
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
        "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
        "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
        "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems "
        "tableParts extLst"
    ),
    "workbook": (
        "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
        "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
        "webPublishObjects extLst"
    ),
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "table": "autoFilter sortState tableColumns tableStyleInfo extLst",
    "c": "f v is extLst",
    "row": "c extLst",
    "xf": "alignment protection extLst",
    "sheetView": "pane selection pivotSelection extLst",
    "font": "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",
    "numFmts": "numFmt",
    "fill": "patternFill gradientFill",
}
COUNTED = {"fonts", "fills", "cellXfs", "numFmts", "tableColumns"}


def misplaced(data: bytes) -> list[str]:
    """What stands where the schema does not have it, or is counted wrongly."""
    found = []
    for element in etree.fromstring(data).iter("{*}*"):
        name = etree.QName(element).localname
        children = [etree.QName(c).localname for c in element if isinstance(c.tag, str)]
        if name in ORDERS:
            order = ORDERS[name].split()
            places = [order.index(c) if c in order else -1 for c in children if c != "AlternateContent"]
            if places != sorted(places) or -1 in places:
                found.append(f"{name}: {children}")
        if name in COUNTED and element.get("count") != str(len(children)):
            found.append(f"{name}: {element.get('count')} for {len(children)}")
    return found
