package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// tiles are authenticated from the top down: the growing tiles of all levels fold to the root, and a
// full tile has the hash that its parent has for it.
type tiles struct {
	folder string
	size   int64
	known  map[[2]int64][]tlog.Hash
}

// fold is the root over hashes whose number is a power of two.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(fold(hashes[:half]), fold(hashes[half:]))
}

// read reads a tile as it is; nothing vouches for it yet.
func (t *tiles) read(level int, n int64, w int) ([]tlog.Hash, error) {
	path := address(strconv.Itoa(level), n, w)
	data, err := os.ReadFile(filepath.Join(t.folder, path))
	if err != nil {
		return nil, err
	}
	if len(data) != w*tlog.HashSize {
		return nil, fmt.Errorf("%s has another length", path)
	}
	hashes := make([]tlog.Hash, w)
	for i := range hashes {
		copy(hashes[i][:], data[i*tlog.HashSize:])
	}
	return hashes, nil
}

// openTiles reads the growing tile of each level and holds all of them to the root.
func openTiles(folder string, tree head) (*tiles, error) {
	t := &tiles{folder, tree.size, map[[2]int64][]tlog.Hash{}}
	var root *tlog.Hash
	for level, hashes := 0, tree.size; hashes > 0; level, hashes = level+1, hashes/256 {
		n, w := hashes/256, int(hashes%256)
		growing := []tlog.Hash{}
		if w > 0 {
			read, err := t.read(level, n, w)
			if err != nil {
				return nil, err
			}
			growing = read
		}
		t.known[[2]int64{int64(level), n}] = growing
		// From the right, the smallest whole part first.
		for bit, end := 1, w; end > 0; bit *= 2 {
			if end&bit == 0 {
				continue
			}
			part := fold(growing[end-bit : end])
			end -= bit
			if root != nil {
				part = tlog.NodeHash(part, *root)
			}
			root = &part
		}
	}
	if root == nil || *root != tree.root {
		return nil, errors.New("the tiles do not give the root")
	}
	return t, nil
}

// tile is an authenticated tile.
func (t *tiles) tile(level int, n int64) ([]tlog.Hash, error) {
	if known, ok := t.known[[2]int64{int64(level), n}]; ok {
		return known, nil
	}
	parent, err := t.tile(level+1, n/256)
	if err != nil {
		return nil, err
	}
	hashes, err := t.read(level, n, 256)
	if err != nil {
		return nil, err
	}
	if n%256 >= int64(len(parent)) || fold(hashes) != parent[n%256] {
		return nil, fmt.Errorf("%s is not that of the tree", address(strconv.Itoa(level), n, 256))
	}
	t.known[[2]int64{int64(level), n}] = hashes
	return hashes, nil
}

// checkPart hashes the entries of some bundles and compares them with the tree.
func checkPart(folder string, tree head, bundles []int64) error {
	t, err := openTiles(folder, tree)
	if err != nil {
		return err
	}
	for _, n := range bundles {
		path := address("entries", n, width(tree.size, n))
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return err
		}
		hashes, err := t.tile(0, n)
		if err != nil {
			return err
		}
		for _, hash := range hashes {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s is cut", path)
			}
			length := int(binary.BigEndian.Uint16(data))
			if tlog.RecordHash(data[2:2+length]) != hash {
				return fmt.Errorf("%s is not that of the tree", path)
			}
			data = data[2+length:]
		}
		if len(data) != 0 {
			return fmt.Errorf("%s is too long", path)
		}
	}
	return nil
}
