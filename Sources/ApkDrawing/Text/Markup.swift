internal import ApkFormats

/// Text inside SVG and HTML. Names come from indexes that anybody may write: none of them becomes markup.
enum Markup {
    /// The text for the content of an element or an attribute in double quotes.
    ///
    /// Characters that XML cannot hold, and those that turn the direction of writing, become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n": result += "&#10;"
            case _ where scalar.isObeyed || isUnknownToXML(scalar): result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// JSON text as the content of a `script` element: what could end the element, or start a comment in it, is written
    /// as an escape that means the same.
    static func scriptData(_ json: String) -> String {
        var result = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": result += "\\u003c"
            case ">": result += "\\u003e"
            case "&": result += "\\u0026"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isUnknownToXML(_ scalar: Unicode.Scalar) -> Bool { scalar.value & 0xffff >= 0xfffe }
}
