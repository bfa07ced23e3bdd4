"""page_check.py FOLDER: opens one.html, two.html, many.html, study.html and fidelities.html in headless Chromium, brushes, hovers, types and reads values.

Exits 1 with what was expected and found; 77 if Selenium or Chromium's driver is not installed.
"""
import json
import pathlib
import shutil
import sys
import tempfile

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys
except ImportError:
    sys.exit(77)
if not shutil.which("chromedriver") or not shutil.which("chromium"):
    sys.exit(77)

FOLDER = pathlib.Path(sys.argv[1]).resolve()
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
CHART = "page.charts.find((one) => one.id === arguments[0]).chart"


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"page: {what}: expected {expected!r}, found {found!r}")


def expect_in(what, text, part):
    if part not in text:
        sys.exit(f"page: {what}: expected {part!r} in it, found {text!r}")


class Page:
    def __init__(self, driver, name):
        self.driver, self.name = driver, name
        driver.get((FOLDER / name).as_uri())
        expect(f"{name}: messages of the console", [entry["message"] for entry in driver.get_log("browser")], [])
        self.data = self.run("return page.data")
        self.charts = self.run("return page.charts.filter((one) => one.chart).map((one) => one.id)")
        for chart in self.charts:
            drawn = self.run("return document.getElementById(arguments[0]).querySelectorAll('svg path, canvas').length", chart)
            expect(f"{name}: {chart}: something is drawn", drawn > 0, True)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def element(self, css):
        return self.driver.find_element("css selector", css)

    def move_to(self, chart, x, y):
        """An action that goes to a place of a chart."""
        box = self.element("#" + chart)
        self.run("arguments[0].scrollIntoView({block: 'center'})", box)
        size = box.size
        return ActionChains(self.driver, duration=30).move_to_element_with_offset(box, int(x - size["width"] / 2), int(y - size["height"] / 2))

    def tooltip(self, chart):
        return self.run("return [...document.getElementById(arguments[0]).children].map((box) => box.innerText).join('|')", chart)

    def hover(self, chart, x, y):
        self.move_to(chart, x - 3, y - 3).perform()
        self.move_to(chart, x, y).perform()
        return self.tooltip(chart)

    def media(self, **features):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": features.pop("media", ""), "features": [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def close(self):
        expect(f"{self.name}: messages of the console at the end", [entry["message"] for entry in self.driver.get_log("browser")], [])


def hover_every_mark(page):
    """Every setting's mark in the scatter shows its own figures."""
    settings = [s for s in page.data["settings"] if "metric" in s["figures"] and "bitops" in s["figures"]]
    for setting in settings[:3] + settings[-1:]:
        at = [setting["figures"]["bitops"]["mean"], setting["figures"]["metric"]["mean"]]
        x, y = page.run(f"return {CHART}.convertToPixel('grid', arguments[1])", "pareto", at)
        text = page.hover("pareto", x, y)
        expect_in(f"{page.name}: tooltip of {setting['label']}", text, f"{setting['figures']['metric']['mean']:g}")
        expect_in(f"{page.name}: tooltip of {setting['label']}", text, f"{len(setting['figures']['metric']['values'])} seeds")


def brush(page, key, low, high):
    """Drags along an axis of the parallel coordinates; the charts then show what lies inside."""
    place = "return page.charts.find((one) => one.id === 'parallel').chart.getModel().getComponent('parallel').coordinateSystem.dataToPoint(arguments[1], 'dim' + page.charts.find((one) => one.id === 'parallel').keys().indexOf(arguments[0]))"
    (x, y_low), (_, y_high) = page.run(place, key, low), page.run(place, key, high)
    box = page.element("#parallel")
    page.move_to("parallel", x, y_low).click_and_hold().perform()
    ActionChains(page.driver, duration=60).move_to_element_with_offset(box, int(x - box.size["width"] / 2), int(y_high - box.size["height"] / 2)).release().perform()
    ranges = page.run("return page.state.filters[arguments[0]]", key)
    expect(f"{page.name}: ranges on the axis {key}", len(ranges or []), 1)
    inside = [s["id"] for s in page.data["settings"] if not s["baseline"] and ranges[0]["low"] <= s["config"][key] <= ranges[0]["high"]]
    chosen = page.run("return [...page.selected()]")
    values = sorted({s["config"][key] for s in page.data["settings"] if s["id"] in chosen})
    expect(f"{page.name}: the brush keeps to both ends", bool(values) and low <= values[0] and values[-1] <= high, True)
    expect(f"{page.name}: settings that are chosen", sorted(chosen), sorted(inside))
    active = page.run("return page.charts.find((one) => one.id === 'parallel').chart.getModel().getSeries()[0].getRawIndicesByActiveState('active').length")
    expect(f"{page.name}: lines that ECharts calls active", active, len(inside))
    # Linked: what is not chosen is faint in the scatter.
    faint = page.run(f"return {CHART}.getOption().series.filter((one) => (one.id || '').startsWith('points-')).flatMap((one) => one.data).filter((point) => point.itemStyle.opacity < 1).length", "pareto")
    drawn = sum(1 for s in page.data["settings"] if "bitops" in s["figures"])
    expect(f"{page.name}: faint marks in the scatter", faint, drawn - len([s for s in page.data["settings"] if s["id"] in chosen and "bitops" in s["figures"]]))
    return len(chosen)


def by_keyboard(page):
    """The filter and the charts without a mouse."""
    page.element("#filter-clear").click()
    expect(f"{page.name}: chosen after 'All'", page.run("return document.body.dataset.chosen"), "")
    page.run("const axis = document.getElementById('filter-axis'); axis.value = 'alpha'; axis.dispatchEvent(new Event('change'))")
    alphas = sorted({s["config"]["alpha"] for s in page.data["settings"] if not s["baseline"]})
    page.element("#filter-high").send_keys(str(alphas[1]), Keys.ENTER)
    inside = [s for s in page.data["settings"] if not s["baseline"] and alphas[0] <= s["config"]["alpha"] <= alphas[1]]
    expect(f"{page.name}: chosen by the filter", page.run("return document.body.dataset.chosen"), str(len(inside)))
    expect_in(f"{page.name}: words of the filter", page.element("#filter").text, f"{len(inside)} of {len(page.data['settings'])} settings chosen")
    page.element("#filter-list button").send_keys(Keys.ENTER)
    expect(f"{page.name}: chosen after the range was taken away", page.run("return document.body.dataset.chosen"), "")

    box = page.element("#pareto")
    page.run("arguments[0].focus()", box)
    box.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    reading = page.element("#panel-pareto .reading").text
    second = page.run("return page.charts.find((one) => one.id === 'pareto').table().rows[1]")
    expect_in(f"{page.name}: what the keys read", reading, second[0])
    expect_in(f"{page.name}: what the keys read", reading, second[1])
    expect_in(f"{page.name}: tooltip by keys", page.tooltip("pareto"), second[0])


def tables(page):
    """Behind every chart there is a table with rows."""
    for chart in page.charts:
        page.run("document.querySelector(`#panel-${arguments[0]} details`).open = true", chart)
    page.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    for chart in page.charts:
        rows = page.run("return document.querySelectorAll(`#panel-${arguments[0]} details tbody tr`).length", chart)
        expect(f"{page.name}: rows of the table behind {chart}", rows > 0, True)
        page.run("document.querySelector(`#panel-${arguments[0]} details`).open = false", chart)


def fidelities(page):
    """A row for each cheaper task; those whose tau is known have a mark with its figures."""
    rows = page.run("return page.charts.find((one) => one.id === 'fidelities').table().rows")
    expect(f"{page.name}: rows of the fidelities", rows, [
        ["epochs 1", 8, "4", 4, "0.10 (-0.10 .. 0.30)", "switched off: no guide"],
        ["epochs 3", 24, "12", 12, "0.71 (0.51 .. 0.91)", "on"],
        ["epochs 6", 1, "0", 0, "not known: fewer than two settings were run on both", "on"],
    ])
    for row, tau, words in [(0, 0.1, ["epochs 1", "8 tried, 4 promoted, switched off"]), (1, 0.71, ["epochs 3", "0.71 (0.51 .. 0.91)"])]:
        x, y = page.run(f"return {CHART}.convertToPixel('grid', arguments[1])", "fidelities", [tau, row])
        text = page.hover("fidelities", x, y)
        for part in words:
            expect_in(f"{page.name}: tooltip of fidelity {row + 1}", text, part)
    box = page.element("#fidelities")
    page.run("arguments[0].focus()", box)
    box.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    expect_in(f"{page.name}: what the keys read", page.element("#panel-fidelities .reading").text, "Promoted: 12")
    expect_in(f"{page.name}: tooltip by keys", page.tooltip("fidelities"), "epochs 3")


def looks(page):
    """Dark, at a telephone's width, on paper."""
    colour = "return getComputedStyle(document.body).backgroundColor"
    axis = f"return {CHART}.getOption().textStyle.color"
    first = page.charts[0]
    light = page.run(colour), page.run(axis, first)
    page.media(prefers_color_scheme="dark")
    page.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    dark = page.run(colour), page.run(axis, first)
    expect(f"{page.name}: dark colours differ", [a != b for a, b in zip(light, dark)], [True, True])
    page.media(prefers_color_scheme="light")
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    expect(f"{page.name}: width on a telephone", page.run("return document.documentElement.scrollWidth"), PHONE["width"])
    wide = page.run("return page.charts.filter((one) => one.chart && one.chart.getWidth() > 360).map((one) => one.id)")
    expect(f"{page.name}: charts wider than a telephone", wide, [])
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    pdf = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"]
    expect(f"{page.name}: printed", len(pdf) > 20000, True)


def main():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1300,1000", "--disable-background-networking"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        driver = webdriver.Chrome(options=options)
        try:
            check(driver)
        finally:
            driver.quit()


def check(driver):
    one = Page(driver, "one.html")
    expect("one.html: charts", [c for c in one.charts if c in ("pareto", "parallel", "importance")], [])
    expect("one.html: the run's own charts", [c for c in one.charts if c in ("widths-w", "layers", "curve-metric")], ["widths-w", "layers", "curve-metric"])
    tables(one)
    looks(one)
    one.close()

    two = Page(driver, "two.html")
    expect("two.html: charts", [c for c in two.charts if c in ("pareto", "parallel")], ["pareto"])
    two.close()

    many = Page(driver, "many.html")
    expect("many.html: settings", len(many.data["settings"]), 302)
    hover_every_mark(many)
    brush(many, "alpha", 20, 60)
    by_keyboard(many)
    tables(many)
    looks(many)
    many.close()

    study = Page(driver, "study.html")
    for chart in ["pareto", "parallel", "classes", "progress", "rungs", "importance"]:
        expect(f"study.html: has {chart}", chart in study.charts, True)
    expect("study.html: without fidelities has no chart of them", [study.element("#panel-fidelities").is_displayed(), "fidelities" in study.charts], [False, False])
    expect_in("study.html: text", study.element(".findings").text, "confirmed")
    expect_in("study.html: cautions", study.element(".caution").text, "indistinguishable from noise")
    # A caution is as large as the recommendation.
    sizes = [float(study.run("return parseFloat(getComputedStyle(document.querySelector(arguments[0])).fontSize)", css)) for css in (".caution li", ".recommendation p")]
    expect("study.html: the caution's letters are as large as the words above", sizes[0] >= sizes[1], True)
    hover_every_mark(study)
    tables(study)
    looks(study)
    study.close()

    cheaper = Page(driver, "fidelities.html")
    fidelities(cheaper)
    tables(cheaper)
    looks(cheaper)
    cheaper.close()
    print(json.dumps({"pages": 5, "charts": len(cheaper.charts)}))


if __name__ == "__main__":
    main()
