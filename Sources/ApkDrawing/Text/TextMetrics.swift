/// How wide a text gets, without a font at hand.
///
/// The widths are those of DejaVu Sans, which is as wide as Verdana and wider than the other faces that a browser takes
/// for `sans-serif`: what fits by this table fits everywhere.
enum TextMetrics {
    /// The advance of each character from U+0020 to U+007E, in thousandths of the font size.
    private static let regular: [Int] = [
        318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637,
        637, 637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656,
        558, 863, 749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613,
        635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818,
        592, 592, 525, 637, 337, 637, 838,
    ]
    private static let bold: [Int] = [
        349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696,
        696, 696, 696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775,
        638, 996, 837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500, 500, 675,
        716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924,
        646, 652, 583, 712, 366, 712, 838,
    ]
    /// Beyond ASCII nobody knows which font steps in: more than the widest character of the common ones.
    private static let other = 1150

    /// The width of a text in whole pixels, rounded up.
    static func width(_ text: String, size: Int, isBold: Bool = false) -> Int {
        let table = isBold ? bold : regular
        let thousandths = text.unicodeScalars.reduce(0) { sum, scalar in
            let place = Int(scalar.value) - 0x20
            return sum + (table.indices.contains(place) ? table[place] : other)
        }
        return (thousandths * size + 999) / 1000
    }

    /// The text, with its end left out where it is wider than `limit`.
    static func cut(_ text: String, to limit: Int, size: Int) -> String {
        if width(text, size: size) <= limit { return text }
        var scalars = Array(text.unicodeScalars)
        while !scalars.isEmpty {
            scalars.removeLast()
            let form = String(String.UnicodeScalarView(scalars)) + "…"
            if width(form, size: size) <= limit { return form }
        }
        return "…"
    }

    /// The text, with its middle left out where it is wider than `limit`.
    static func shortened(_ text: String, to limit: Int, size: Int, isBold: Bool = false) -> String {
        if width(text, size: size, isBold: isBold) <= limit { return text }
        let scalars = Array(text.unicodeScalars)
        // The longest of the shortened forms that fits, by halving: a longer form is never narrower.
        var low = 0
        var high = scalars.count
        func form(_ kept: Int) -> String {
            var form = String.UnicodeScalarView(scalars.prefix((kept * 3 + 3) / 4))
            form.append("…")
            form.append(contentsOf: scalars.suffix(kept - (kept * 3 + 3) / 4))
            return String(form)
        }
        while low < high {
            let middle = (low + high + 1) / 2
            if width(form(middle), size: size, isBold: isBold) <= limit { low = middle } else { high = middle - 1 }
        }
        return form(low)
    }
}
