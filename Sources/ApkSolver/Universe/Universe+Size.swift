extension Universe {
    /// The bytes that the tables and texts of the universe hold, without what is only made when somebody asks.
    package var byteCount: Int {
        func bytes<Element>(_ table: Table<Element>) -> Int { table.count * MemoryLayout<Element>.stride }
        let texts = bytes(text) + (areRecordsApart ? bytes(records) : 0)
        let interned = [names, versions].reduce(0) { $0 + bytes($1.entries) + bytes($1.slots) }
        let lists = bytes(dependencies) + bytes(providedNames) + bytes(installIf)
        let lookups = bytes(providers) + bytes(providerStarts)
        let conditions = [installIfNames, wakingPackages].reduce(0) { $0 + bytes($1.starts) + bytes($1.elements) }
        return texts + interned + bytes(packages) + lists + lookups + conditions
    }
}
