extension Dependency {
    /// Reads a list as apk does: an entry with a broken version stays, a syntax error ends the list.
    ///
    /// - Parameter field: the letter or key that the errors name.
    /// - Returns: what is wrong, in the order of the entries.
    static func readList(
        _ text: UnsafeBufferPointer<UInt8>, field: String, into dependencies: inout [Dependency]
    ) -> [FormatError] {
        var errors: [FormatError] = []
        var reader = DependencyReader(text, in: 0..<text.count)
        while let element = reader.next() {
            let dependency = Dependency(element, in: text)
            dependencies.append(dependency)
            guard element.isBroken else { continue }
            let code: FormatError.Code = element.relation.isIdentity ? .invalidChecksum : .invalidVersion
            errors.append(
                FormatError(code, field: field, text: dependency.description, expected: "name([<>~=]version)"))
        }
        if let range = reader.syntaxError {
            errors.append(
                FormatError(
                    .invalidDependency, field: field, text: FieldReader.excerpt(text, range),
                    expected: "name([<>~=]version)"))
        }
        return errors
    }
}
