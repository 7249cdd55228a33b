/// Something about one package of an index that users should know, although the index as a whole can be read.
public struct IndexProblem: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The index contradicts itself.
        case error
        /// The package cannot be installed.
        case uninstallable
        /// The package can be installed, and may not behave as its packager meant.
        case warning
    }

    /// The package as `NAME-VERSION`.
    public var package: String
    /// How bad it is.
    public var severity: Severity
    /// What is wrong: the code, the record's first line, the field's letter and its text.
    public var error: FormatError
}

extension IndexRecord {
    /// What is wrong with this package by itself; the lines of the errors are not set.
    public var problems: [IndexProblem] {
        var problems: [IndexProblem] = []
        let package = description
        func report(_ severity: IndexProblem.Severity, _ errors: [FormatError]) {
            problems += errors.map { IndexProblem(package: package, severity: severity, error: $0) }
        }
        func check(_ field: String, _ text: String?) {
            guard let text else { return }
            do { _ = try PathComponent(text, field: field) } catch { report(.uninstallable, [error]) }
        }
        check("P", name)
        check("A", architecture)
        if !Version.isValid(version) {
            let error = FormatError(.invalidVersion, field: "V", text: version, expected: "a version such as 1.2.3-r0")
            report(.uninstallable, [error])
        }
        report(.uninstallable, list("D").errors)
        report(.warning, list("p").errors)
        report(.warning, list("i").errors)
        for letter in ["S", "I", "t", "k"] as [Unicode.Scalar] { report(.warning, numberErrors(letter)) }
        for field in unknownFields {
            let isIgnorable = ("a"..."z").contains(field.letter)
            let error = FormatError(
                .unknownField, field: String(field.letter), text: String(field.value.prefix(200)),
                expected: "a field that apk 3 knows")
            report(isIgnorable ? .warning : .uninstallable, [error])
        }
        return problems
    }

    private func numberErrors(_ letter: Unicode.Scalar) -> [FormatError] {
        withValue(of: letter) { value in
            guard let value else { return [] }
            let isNumber = !value.isEmpty && value.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            let limit = letter == "k" ? 0xffff : largestNumber - 1
            if isNumber, decimalNumber(value) <= limit { return [] }
            return [
                FormatError(
                    .invalidValue, field: String(letter), text: FieldReader.excerpt(value, 0..<value.count),
                    expected: "a decimal number up to \(limit)")
            ]
        }
    }
}

extension IndexReader {
    /// Everything in an index that makes packages uninstallable or is odd, in the order of the records.
    ///
    /// - Throws: ``FormatError`` as ``next()`` does, where the text is no index at all.
    public static func problems(in text: [UInt8]) throws(FormatError) -> [IndexProblem] {
        var problems: [IndexProblem] = []
        var duplicates = DuplicateFinder()
        var reader = IndexReader(text)
        var line = 1
        var position = 0
        while let record = try reader.next() {
            line += text[position..<record.range.lowerBound].count { $0 == 0x0a }
            position = record.range.lowerBound
            var found = record.problems
            if let problem = duplicates.problem(of: record) { found.append(problem) }
            for var problem in found {
                problem.error = problem.error.at(line: line)
                problems.append(problem)
            }
        }
        return problems
    }
}

/// Notices packages that an index lists twice.
private struct DuplicateFinder {
    private var identities: [String: Checksum.Identity] = [:]
    private var packages: [Checksum.Identity: String] = [:]

    mutating func problem(of record: IndexRecord) -> IndexProblem? {
        let package = record.description
        let identity = record.checksum.identity
        if let other = packages[identity] {
            let error = FormatError(
                .duplicatePackage, field: "C", text: identity.description, expected: "a checksum other than \(other)'s")
            return IndexProblem(package: package, severity: .warning, error: error)
        }
        packages[identity] = package
        if let other = identities[package] {
            let error = FormatError(
                .duplicatePackage, field: "C", text: identity.description, expected: "the checksum \(other) as before")
            return IndexProblem(package: package, severity: .error, error: error)
        }
        identities[package] = identity
        return nil
    }
}
