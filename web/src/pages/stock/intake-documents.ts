import './stock-documents.ts';
import { graphql } from '../../api/graphql.ts';
import type { ParseForIntakeQuery, ProductSearchQuery } from '../../generated/graphql.ts';

export type FoundProduct = ProductSearchQuery['products']['nodes'][number];
export type Parsed = ParseForIntakeQuery['parseBarcode'];

graphql(`
  fragment IntakeProduct on Product {
    id
    name
    category
    stockUnit
    gtin
    unitPrice
    brand {
      id
      name
      vendor {
        id
        name
      }
    }
  }
`);

export const ProductSearch = graphql(`
  query ProductSearch($filter: ProductFilter) {
    products(filter: $filter, first: 15) {
      nodes {
        ...IntakeProduct
      }
    }
  }
`);

export const ParseForIntake = graphql(`
  query ParseForIntake($data: String!) {
    parseBarcode(data: $data) {
      gtin
      lotNumber
      expiresOn
      serialNumber
      manufacturedOn
      product {
        ...IntakeProduct
      }
    }
  }
`);

export const IntakeLike = graphql(`
  query IntakeLike($id: ID!) {
    stock(id: $id) {
      id
      cogsMode
      unitCogs
      unitCogsMin
      unitCogsMax
      paymentTerms
      vatRate
      roiPercentage
      zone
      rack
      shelf
      bin
      location {
        id
      }
      vendor {
        id
        name
      }
      storageUnit {
        id
      }
      lot {
        id
        manufacturerLotNumber
        expiresOn
      }
      product {
        ...IntakeProduct
      }
    }
  }
`);

export const IntakeChoices = graphql(`
  query IntakeChoices {
    vendors {
      id
      name
    }
    locations {
      id
      storageUnits {
        id
        name
      }
    }
  }
`);

export const Intake = graphql(`
  mutation Intake($input: IntakeInput!) {
    intake(input: $input) {
      stock {
        ...StockRow
      }
      product {
        id
        name
      }
    }
  }
`);
