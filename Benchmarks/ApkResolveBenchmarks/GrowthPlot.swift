#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

func logarithm(_ value: Double) -> Double { log10(value) }

/// Series as a picture with logarithmic axes, on which a power law is a straight line.
struct GrowthPlot {
    var title: String
    var axis: String
    var series: [GrowthBenchmark.Series]

    private static let colors = ["#1f6feb", "#bf3989", "#1a7f37", "#9a6700"]
    private var width: Double { 640 }
    private var height: Double { 400 }
    private var margin: Double { 60 }

    var svg: String {
        let points = series.flatMap(\.points)
        guard let x = range(points.map(\.size)), let y = range(points.map(\.cost)) else { return "" }
        func place(_ size: Double, _ cost: Double) -> (Double, Double) {
            let right = (logarithm(size) - x.low) / (x.high - x.low)
            let up = (logarithm(max(cost, 1e-6)) - y.low) / (y.high - y.low)
            return (margin + right * (width - 2 * margin), height - margin - up * (height - 2 * margin))
        }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(Int(width / 2))" y="24" text-anchor="middle" font-size="15">\(title)</text>
            <text x="\(Int(width / 2))" y="\(Int(height) - 12)" text-anchor="middle">\(axis)</text>

            """
        for decade in Int(x.low)...Int(x.high) {
            let (at, _) = place(power(decade), power(Int(y.low)))
            text += line(at, margin, at, height - margin) + label(at, height - margin + 18, "middle", number(decade))
        }
        for decade in Int(y.low)...Int(y.high) {
            let (_, at) = place(power(Int(x.low)), power(decade))
            text += line(margin, at, width - margin, at) + label(margin - 6, at + 4, "end", number(decade))
        }
        for (index, series) in series.enumerated() {
            let color = Self.colors[index % Self.colors.count]
            let places = series.points.map { place($0.size, $0.cost) }
            let path = places.map { "\(round($0.0)),\(round($0.1))" }.joined(separator: " ")
            text += "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>\n"
            for place in places {
                text += "<circle cx=\"\(round(place.0))\" cy=\"\(round(place.1))\" r=\"3\" fill=\"\(color)\"/>\n"
            }
            let exponent = (series.exponent * 100).rounded() / 100
            text +=
                "<text x=\"\(Int(margin) + 10)\" y=\"\(Int(margin) + 16 + 18 * index)\" fill=\"\(color)\">"
                + "\(series.name): size^\(exponent)</text>\n"
        }
        return text + "</svg>\n"
    }

    private func range(_ values: [Double]) -> (low: Double, high: Double)? {
        guard let least = values.min(), let most = values.max() else { return nil }
        let low = logarithm(max(least, 1e-6)).rounded(.down)
        return (low, max(low + 1, logarithm(max(most, 1e-6)).rounded(.up)))
    }

    private func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

    private func number(_ decade: Int) -> String {
        decade < 0
            ? "0." + String(repeating: "0", count: -decade - 1) + "1" : "1" + String(repeating: "0", count: decade)
    }

    private func round(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line x1=\"\(round(x1))\" y1=\"\(round(y1))\" x2=\"\(round(x2))\" y2=\"\(round(y2))\" stroke=\"#ddd\"/>\n"
    }

    private func label(_ x: Double, _ y: Double, _ anchor: String, _ text: String) -> String {
        "<text x=\"\(round(x))\" y=\"\(round(y))\" text-anchor=\"\(anchor)\" fill=\"#555\">\(text)</text>\n"
    }
}
