"""The HTML report as its reader has it: driven in a headless browser, opened from disk, offline."""

from __future__ import annotations

import csv
import io
import re

import pytest
from msgspec import structs

from enrich.reports import ReportOptions, html
from tests.reports.long_names import MANY, READERS, long_names
from tests.support import made_results
from tests.support.report_page import are_usable

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize("result", [made_results.incident(), made_results.hostile(), made_results.result([])])
def test_nothing_is_asked_for_and_nothing_goes_wrong(opened, result):
    page = opened(result)
    assert page.said == []
    assert len(page.asked) == 1
    assert page.asked[0].startswith("file:")


def test_the_answer_is_the_first_thing_seen(incident_page):
    page = incident_page.page
    assert page.inner_text("h1") == "13 of 60 files are malicious"
    box = page.locator(".counts").bounding_box()
    assert box["y"] + box["height"] < 720
    assert page.locator("h1").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 40


def test_labels_of_charts_are_whole_in_the_reader_s_font(incident_page):
    page = incident_page.page
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('.drawing text')].filter(label => {
            const svg = label.closest('svg'), card = label.closest('figure').getBoundingClientRect();
            const inside = label.getBoundingClientRect().left >= card.left;
            return !inside || getComputedStyle(svg).overflow !== 'visible';
        }).map(label => label.textContent)"""
    )
    assert clipped == []


@pytest.mark.slow
def test_searching_finds_by_hash_name_and_place(opened):
    page = opened(made_results.incident())
    for word, rows in (("mimikatz", 1), (made_results.sha256("qbot.dll")[:20], 1), ("Hashes!C4", 11)):
        page.page.fill("#search", word)
        page.wait_for_info(f" of {rows} (of 60)")
    page.page.fill("#search", "nowhere at all")
    page.wait_for_info("Nothing matches")


def test_sorting_by_detections_is_by_number_and_works_from_the_keyboard(opened):
    page = opened(made_results.incident()).page
    heading = page.locator("#indicators thead th", has_text="Detections")
    heading.locator("[role=button]").focus()
    for order in ("ascending", "descending"):
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#indicators th[aria-sort={order}] >> text=Detections")
    ratios = page.locator("#indicators td.n b").all_inner_texts()
    detected = [int(ratio.split("/")[0]) for ratio in ratios if ratio]
    assert detected == sorted(detected, reverse=True)
    assert detected[0] == 66


def test_filtering_shows_one_verdict_and_says_which(incident_page):
    page = incident_page
    button = page.page.get_by_role("button", name="Unknown 9")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.rows() == 9
    assert set(page.page.locator("#indicators .badge").all_inner_texts()) == {"Unknown"}
    page.page.get_by_role("button", name="All", exact=True).click()
    assert page.rows() == 60


def test_a_hash_is_copied_whole(incident_page):
    page = incident_page
    page.page.locator("#indicators .copy").first.click()
    page.wait_for_copied()
    assert page.clipboard() == made_results.sha256("mimikatz.exe")


def test_the_filtered_list_is_copied_as_csv_that_no_spreadsheet_runs(opened):
    page = opened(made_results.hostile())
    page.page.get_by_role("button", name="Malicious 15").click()
    page.page.click("#copy-csv")
    page.wait_for_copied()
    rows = list(csv.reader(io.StringIO(page.clipboard(), newline="")))
    assert len(rows) == 16
    assert {row[0] for row in rows[1:]} == {"malicious"}
    assert rows[0][1:4] == ["vt_malicious", "vt_engines", "hash"]
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]
    assert any("'=HYPERLINK" in cell for row in rows for cell in row)


def test_links_lead_to_report_pages_only(opened):
    page = opened(made_results.hostile()).page
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    outward = [link for link in links if link != "#answer"]
    assert outward
    assert all(re.fullmatch(r"https://www\.virustotal\.com/gui/file/[0-9a-f]{64}", link) for link in outward)


def test_hostile_texts_are_shown_and_none_of_them_runs(opened):
    page = opened(made_results.hostile())
    body = page.page.inner_text("body")
    for text in (
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(2)>",
        "invoice\\u202efdp.exe",
        "{{ 7*7 }}",
    ):
        assert text in body
    assert page.page.locator("body img, body script:not([type])").count() == 0
    assert page.said == []


def test_printing_puts_every_hash_on_a4_and_on_letter(incident_page, poppler, tmp_path):
    page = incident_page.page
    for form in ("A4", "Letter"):
        file = tmp_path / f"{form}.pdf"
        page.pdf(path=str(file), format=form)
        text = re.sub(r"\s", "", poppler("pdftotext", file, "-"))
        hashes = [entry.finding.indicator.value for entry in made_results.incident().entries]
        assert [value for value in hashes if value[:32] not in text] == []
    assert page.locator("#indicators tbody tr").count() == 25


def test_light_and_dark_differ_and_both_have_contrast(opened):
    grounds = []
    for scheme in ("light", "dark"):
        page = opened(made_results.incident(), color_scheme=scheme).page
        grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        assert page.evaluate(CONTRAST) == []
    assert grounds[0] != grounds[1]


CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faults = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest(".disabled, .skip, script, style")) continue;
    const [a, b] = [light(node.closest("svg") ? parse(getComputedStyle(node).fill) : parse(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push(`${node.tagName}.${node.className} ${node.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return faults;
}"""


def test_landmarks_headings_and_tables_say_what_they_are(opened):
    page = opened(made_results.incident()).page
    assert page.locator("main").count() == page.locator("h1").count() == page.locator("header").count() == 1
    assert page.locator("section:not([aria-labelledby])").count() == 0
    assert page.locator("thead th:not([scope=col])").count() == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('button, a, input')].filter(n => !n.textContent.trim() && !n.getAttribute('aria-label') && !n.labels?.length).length"
        )
        == 0
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_the_words_are_the_reader_s(opened):
    page = opened(made_results.incident(), ReportOptions("ru")).page
    assert page.inner_text("h1") == "13 из 60 файлов вредоносны"
    assert page.get_attribute("html", "lang") == "ru"
    assert page.locator("button", has_text="Вредоносный").count() == 1


def test_without_scripts_all_but_the_full_list_is_there(opened):
    page = opened(made_results.incident(), java_script_enabled=False).page
    assert page.inner_text("h1") == "13 of 60 files are malicious"
    assert page.locator("#controls").is_hidden()
    assert page.locator(".list tbody tr").count() > 20


@pytest.mark.slow
def test_five_thousand_indicators_are_still_usable(opened):
    """``make fuzz`` does the same with fifty thousand."""
    are_usable(opened, 5_000)


def test_a_thousand_indicators_stay_under_two_megabytes(rendered):
    assert len(rendered(html, made_results.many(1000))) < 2_000_000


def test_a_host_leads_to_all_its_rows_in_the_list(opened):
    result = made_results.result(
        [
            structs.replace(
                made_results.found("a.exe", 40), words=("ws7 a", "FIN-WS-017 b"), groups=("ws7", "FIN-WS-017")
            ),
            structs.replace(made_results.found("b.exe", 9), words=("FIN-WS-017 c",), groups=("FIN-WS-017",)),
            structs.replace(made_results.found("c.exe", 30), words=("ws8",), groups=("ws8",)),
            structs.replace(
                made_results.other("d", made_results.Status.NOT_FOUND, 5), words=("x",), groups=("FIN-WS-017",)
            ),
        ],
        group_by="Host",
    )
    page = opened(result, viewport={"width": 1280, "height": 720})
    page.page.get_by_role("button", name="FIN-WS-017").click()
    page.wait_for_info(" of 3 (of 4)")
    assert page.page.input_value("#search") == "FIN-WS-017"
    assert page.said == []


def test_a_row_unfolds_from_the_keyboard_to_all_its_places_and_words(opened):
    entry = structs.replace(
        made_results.found("a.exe", 40, type_="Win32 EXE"),
        words=("ws7 first row", "ws8 second row"),
        places=tuple(made_results.place(row) for row in (2, 40, 41)),
        cells=3,
    )
    page = opened(made_results.result([entry]), viewport={"width": 1280, "height": 720}).page
    button = page.locator(".unfold")
    assert button.get_attribute("aria-expanded") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    below = page.inner_text("td.whole")
    for said in ("Hashes!C2, C40, C41", "ws7 first row", "ws8 second row", "Win32 EXE"):
        assert said in below
    page.keyboard.press("Enter")
    assert page.locator("td.whole").count() == 0


def test_file_types_have_a_column_where_the_window_is_wide(opened):
    for width, shown in ((1280, 0), (1920, 1)):
        page = opened(made_results.incident(), viewport={"width": width, "height": 720}).page
        assert page.locator("#indicators th.type").count() == shown


def test_kinds_are_chosen_where_there_are_several(opened):
    result = made_results.result(
        [made_results.found("a.exe", 40), made_results.of_kind("domain", 9), made_results.of_kind("url", 7)]
    )
    page = opened(result)
    page.page.get_by_label("Show").select_option("Domains")
    page.wait_for_info(" of 1 (of 3)")
    assert "cdn-update.example" in page.page.inner_text("#indicators tbody")
    assert opened(made_results.incident()).page.locator("select").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("options", READERS, ids=lambda options: options.language)
def test_no_text_of_the_page_is_wider_than_its_cell_at_any_usual_window(chromium, rendered, tmp_path, options):
    file = tmp_path / "report.html"
    file.write_bytes(rendered(html, long_names(MANY), options))
    for width in (1280, 1920):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(file.as_uri())
        page.evaluate("document.querySelector('.unfold').click()")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.locator("#indicators tbody tr").count() > 20
        too_wide = page.evaluate(
            """() => [...document.querySelectorAll('.wide, .dt-layout-table, th, td, dt, dd, .count, .badge')]
                .filter(node => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
                .map(node => `${node.className} ${node.textContent.slice(0, 40)}`)"""
        )
        assert too_wide == []
        page.close()
