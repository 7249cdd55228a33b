/// A dependency of an ADB payload, as ranges of the payload.
package struct ADBDependency {
    package var name: Range<Int>
    /// Empty where any version will do.
    package var version: Range<Int>
    package var relation: DependencyOperator
    /// Whether the name or the version is none by apk's grammar, or the checksum is none.
    package var isBroken: Bool
}

extension ADBReader {
    /// The dependency in a slot of an array.
    ///
    /// - Throws: ``FormatError`` where the object cannot be read, has no name, or compares in a way that does not exist.
    package func dependency(_ array: ADBSlots, _ index: Int) throws(FormatError) -> ADBDependency {
        var dependency = try uncheckedDependency(array, index)
        dependency.isBroken = !isVersion(of: dependency) || !Self.isDependencyName(bytes(dependency.name))
        return dependency
    }

    /// The same without a look at the grammar of name and version: ``ADBDependency/isBroken`` is not set.
    package func uncheckedDependency(_ array: ADBSlots, _ index: Int) throws(FormatError) -> ADBDependency {
        let object = try object(array, index)
        let name = try blob(object, ADBSchema.Dependency.name)
        let version = try blob(object, ADBSchema.Dependency.version)
        let match = try integer(object, ADBSchema.Dependency.match)
        guard !name.isEmpty else {
            throw FormatError(.missingField, field: "name", expected: "the name of a dependency", offset: object.offset)
        }
        guard match < 32 else {
            throw FormatError(
                .invalidValue, field: "match", text: String(match), expected: "a sum of 1, 2, 4, 8 and 16",
                offset: object.offset)
        }
        var relation = DependencyOperator(rawValue: UInt8(truncatingIfNeeded: match))
        if version.isEmpty {
            relation = relation.intersection(.conflict).union(.any)
        } else if relation.subtracting(.conflict).isEmpty || relation.subtracting(.conflict) == .fuzzy {
            relation.insert(.equal)
        }
        return ADBDependency(name: name, version: version, relation: relation, isBroken: false)
    }

    /// Whether the version of a dependency is one, or the checksum; true without a version.
    package func isVersion(of dependency: ADBDependency) -> Bool {
        guard !dependency.version.isEmpty else { return true }
        return dependency.relation.subtracting(.conflict).isIdentity
            ? Checksum(bytes(dependency.version)) != nil : isValidVersion(bytes(dependency.version))
    }

    /// The value of a dependency that this reader returned. An operator that accepts every order asks for nothing, so
    /// that its version is left out.
    package func value(of dependency: ADBDependency) -> Dependency {
        let isAny = dependency.relation.isAny
        return Dependency(
            name: text(dependency.name),
            relation: isAny ? dependency.relation.subtracting(.fuzzy) : dependency.relation,
            version: isAny ? "" : text(dependency.version))
    }

    /// Whether the bytes can be written as the name of a dependency and read back as the same: no blanks, no control
    /// characters, no operators, no tag.
    package static func isDependencyName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.first != UInt8(ascii: "!") else { return false }
        for byte in name {
            let isOperator = byte >= UInt8(ascii: "<") && byte <= UInt8(ascii: "@") && byte != UInt8(ascii: "?")
            if byte <= 0x20 || isOperator || byte == UInt8(ascii: "~") || byte == 0x7f { return false }
        }
        return true
    }
}
