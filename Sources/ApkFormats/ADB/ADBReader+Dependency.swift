/// A dependency of an ADB payload, as ranges of the payload.
package struct ADBDependency {
    package var name: Range<Int>
    /// Empty where any version will do.
    package var version: Range<Int>
    package var relation: DependencyOperator
    /// Whether the version is the text of a checksum.
    package var asksForIdentity: Bool
    /// Whether the name or the version is none by apk's grammar, or the checksum is none.
    package var isBroken: Bool
    /// Where the object ends.
    package var end: Int
}

extension ADBReader {
    /// The dependency in a slot of an array.
    ///
    /// - Parameter checksVersions: false to leave the grammar of versions to the caller, who may have met most of them
    ///   before; names and checksums are always looked at.
    /// - Throws: ``FormatError`` where the object cannot be read, has no name, or compares in a way that does not exist.
    package func dependency(
        _ array: ADBSlots, _ index: Int, checksVersions: Bool = true
    ) throws(FormatError) -> ADBDependency {
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
        let asksForIdentity = !version.isEmpty && relation.subtracting(.conflict).isIdentity
        var isBroken = !Self.isDependencyName(bytes(name))
        if asksForIdentity {
            isBroken = isBroken || Checksum(bytes(version)) == nil
        } else if checksVersions, !version.isEmpty {
            isBroken = isBroken || !isValidVersion(bytes(version))
        }
        return ADBDependency(
            name: name, version: version, relation: relation, asksForIdentity: asksForIdentity, isBroken: isBroken,
            end: object.offset + 4 * (object.count + 1))
    }

    /// The values of an array as they stand in the payload, four bytes each.
    package func words(_ array: ADBSlots) -> UnsafeRawBufferPointer {
        array.count == 0
            ? UnsafeRawBufferPointer(start: nil, count: 0)
            : UnsafeRawBufferPointer(rebasing: bytes[array.offset + 4..<array.offset + 4 * (array.count + 1)])
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
        name.first != UInt8(ascii: "!")
            && name.allBytes { bytes in
                // In pairs that differ in the lowest bit: `~` and 0x7f, `<` and `=`.
                bytes.below(0x21) | bytes.equal(0x7f, ignoring: 1) | bytes.equal(UInt8(ascii: "@"))
                    | bytes.equal(UInt8(ascii: "<"), ignoring: 1) | bytes.equal(UInt8(ascii: ">"))
            }
    }
}
