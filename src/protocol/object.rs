//! JSON objects, and nothing else in their place: serde would take an array for any struct.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::message::{Entry, Exception, Failure, FileHash, Renamed};

/// A value that stands as an object.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// What a batch may consist of.
pub trait Item<'de>: Sized {
    /// The next one of a batch.
    ///
    /// # Errors
    ///
    /// Those of the parser.
    fn next<A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error>;
}

impl<'de> Item<'de> for u32 {
    fn next<A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
        items.next_element()
    }
}

macro_rules! objects {
    ($($item:ident)*) => {
        $(impl<'de> Item<'de> for $item {
            fn next<A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
                let next = items.next_element::<Object<Self>>()?;
                Ok(next.map(|Object(item)| item))
            }
        })*
    };
}

objects! { Entry Exception Failure FileHash Renamed }

/// The items of a batch.
pub(super) fn items<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Item<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_seq(ItemsVisitor(PhantomData))
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Item<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = T::next(&mut seq)? {
            items.push(item);
        }
        Ok(items)
    }
}
