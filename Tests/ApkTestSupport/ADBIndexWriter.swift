/// Writes an index of apk v3 that says the same as the text of one of v2.
public enum ADBIndexWriter {
    /// The payload.
    ///
    /// - Parameters:
    ///   - text: the records, each ended by a blank line.
    ///   - description: what the repository says of itself.
    ///   - packageNameSpec: the pattern of the packages' URLs; empty for none.
    public static func payload(
        of text: String, description: String = "", packageNameSpec: String = ""
    ) -> [UInt8] {
        var adb = ADBWriter()
        var packages: [UInt32] = []
        var fields: [UInt8: [UInt8]] = [:]
        for line in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false) {
            if line.count < 2 {
                if !fields.isEmpty { packages.append(package(fields, &adb)) }
                fields = [:]
            } else if let letter = line.first {
                fields[letter] = Array(line.dropFirst(2))
            }
        }
        let description = adb.text(description)
        let list = adb.array(packages)
        let spec = adb.text(packageNameSpec)
        return adb.payload(object: [description, list, spec])
    }

    private static func package(_ fields: [UInt8: [UInt8]], _ adb: inout ADBWriter) -> UInt32 {
        func field(_ letter: Character) -> [UInt8] { fields[letter.asciiValue ?? 0] ?? [] }
        func number(_ letter: Character) -> UInt64 { UInt64(String(decoding: field(letter), as: UTF8.self)) ?? 0 }
        func optional(_ number: UInt64) -> UInt32 { number == 0 ? ADBWriter.null : adb.number(number) }
        let hash = base64(field("C").dropFirst(2))
        var values = [adb.blob(field("P")), adb.blob(field("V")), adb.blob(hash)]
        for letter in "TALomU" as String { values.append(adb.blob(field(letter))) }
        values.append(adb.blob(hexadecimal(field("c"))))
        for letter in "tISk" as String { values.append(optional(number(letter))) }
        values.append(dependencies(field("D"), &adb))
        values.append(dependencies(field("p"), &adb))
        values.append(dependencies(field("r"), &adb))
        values.append(dependencies(field("i"), &adb))
        return adb.object(values)
    }

    /// An array of dependencies, in their order, from `[!]name[op version]` between blanks.
    public static func dependencies(_ text: [UInt8], _ adb: inout ADBWriter) -> UInt32 {
        adb.array(text.split(separator: 0x20).map { dependency($0, &adb) })
    }

    private static func dependency(_ text: ArraySlice<UInt8>, _ adb: inout ADBWriter) -> UInt32 {
        let isConflict = text.first == UInt8(ascii: "!")
        let body = isConflict ? text.dropFirst() : text
        let name = body.prefix { !"<>=~".utf8.contains($0) }
        let operators = body[name.endIndex...].prefix { "<>=~".utf8.contains($0) }
        let version = body[operators.endIndex...]
        var match = isConflict ? 16 : 0
        for character in operators {
            switch character {
            case UInt8(ascii: "="): match |= 1
            case UInt8(ascii: "<"): match |= 2
            case UInt8(ascii: ">"): match |= 4
            default: match |= 9
            }
        }
        if version.isEmpty {
            return adb.object([adb.blob(Array(name)), ADBWriter.null, isConflict ? adb.number(23) : ADBWriter.null])
        }
        // Equality is what a version means without saying more.
        return adb.object([
            adb.blob(Array(name)), adb.blob(Array(version)), match == 1 ? ADBWriter.null : adb.number(match),
        ])
    }

    static func base64(_ text: some Collection<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for character in text {
            guard let digit = alphabet.firstIndex(of: character) else { break }
            bits = (bits << 6 | digit) & 0xffff
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 255))
            }
        }
        return bytes
    }

    private static func hexadecimal(_ text: [UInt8]) -> [UInt8] {
        stride(from: 0, to: text.count - text.count % 2, by: 2).compactMap { index in
            UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16)
        }
    }
}
